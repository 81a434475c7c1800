#!/usr/bin/env bash
# OpenJDK 17: three standard ways to print one parsed timestamp give three texts, and `OffsetDateTime.toString()` gives one that RFC 3339
# does not allow: at a full minute it prints no seconds.
#
# `Instant.toString()` prints 0, 3, 6 or 9 fraction digits. `ISO_OFFSET_DATE_TIME` prints as few digits as the value needs, so it
# shortens `.120Z` to `.12Z`. `OffsetDateTime.toString()` prints groups of three, but leaves out `:00` when seconds and fraction are
# zero. Of the 60,000 milliseconds of one minute the three change 60, 6,000 and 60, and one of the last 60 loses its seconds.
#
# Why a good engineer would not guess it: all three call themselves ISO 8601, parse each other's output, and agree for 9 in 10
# timestamps. A signature over the printed text fails with the wrong choice once in ten calls, or once in a thousand. A strict peer
# refuses the text without seconds, once in 60,000 calls.
#
# Seen with OpenJDK 17.0.15:
#
#   text                      Instant                   ISO_OFFSET_DATE_TIME      OffsetDateTime
#   2026-10-04T12:00:01.123Z  2026-10-04T12:00:01.123Z  2026-10-04T12:00:01.123Z  2026-10-04T12:00:01.123Z
#   2026-10-04T12:00:01.120Z  2026-10-04T12:00:01.120Z  2026-10-04T12:00:01.12Z   2026-10-04T12:00:01.120Z
#   2026-10-04T12:00:01.000Z  2026-10-04T12:00:01Z      2026-10-04T12:00:01Z      2026-10-04T12:00:01Z
#   2026-10-04T12:00:00.000Z  2026-10-04T12:00:00Z      2026-10-04T12:00:00Z      2026-10-04T12:00Z
#   changed of 60000          60                        6000                      60
source "$(dirname "$0")/lib/common.sh"
need java

cat >"$work/Run.java" <<'EOF'
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.function.UnaryOperator;

public class Run {
    static final List<UnaryOperator<String>> PRINTERS = List.of(
            text -> Instant.parse(text).toString(),
            text -> DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(OffsetDateTime.parse(text)),
            text -> OffsetDateTime.parse(text).toString());

    static void row(Object... cells) {
        System.out.println(String.format("%-26s%-26s%-26s%s", cells).stripTrailing());
    }

    public static void main(String[] arguments) {
        row("text", "Instant", "ISO_OFFSET_DATE_TIME", "OffsetDateTime");
        for (String time : List.of("01.123", "01.120", "01.000", "00.000")) {
            String text = "2026-10-04T12:00:" + time + "Z";
            row(text, PRINTERS.get(0).apply(text), PRINTERS.get(1).apply(text), PRINTERS.get(2).apply(text));
        }
        int[] changed = new int[3];
        for (int millis = 0; millis < 60_000; millis++) {
            String text = String.format("2026-10-04T12:00:%02d.%03dZ", millis / 1000, millis % 1000);
            for (int i = 0; i < 3; i++) {
                changed[i] += PRINTERS.get(i).apply(text).equals(text) ? 0 : 1;
            }
        }
        row("changed of 60000", changed[0], changed[1], changed[2]);
    }
}
EOF
(cd "$work" && java Run.java) | expect
