# Every link in the documentation, to files, headings and pages of this repository; none is followed to elsewhere.
. "$(dirname "$0")/lib.sh"
need_cargo lychee
git ls-files -z '*.md' | xargs -0 lychee --offline --include-fragments --no-progress
