//! Files that are written whole or not at all, over nothing that was there, readable only by their owner.

use core::time::Duration;

use smileid_core::{Moment, Response};

use std::path::Path;

use tempfile::tempdir;

use super::*;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n..";

fn names(folder: impl AsRef<Path>) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn image(key: &str) -> Image {
    let reply = Response::new(200, PNG.to_vec()).with_header("content-length", &PNG.len().to_string());
    Image::of(key, reply, Moment::new(0, Duration::ZERO)).unwrap()
}

#[test]
fn files_are_whole_and_only_their_owners() {
    let own = tempdir().unwrap();
    let folder = Folder::new(own.path().join("deep/er"));
    assert_eq!(folder.check(), Ok(()));
    let saved = folder.save(&image("selfie_image")).unwrap();
    assert_eq!((saved.file(), saved.bytes()), ("selfie_image.png", PNG.len()));
    assert_eq!(folder.check(), Ok(()));
    let deep = own.path().join("deep/er");
    assert_eq!(names(&deep), ["selfie_image.png"]);
    assert_eq!(fs::read(deep.join("selfie_image.png")).unwrap(), PNG);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&deep), mode(&deep.join("selfie_image.png"))), (0o700, 0o600));
    }
}

#[test]
fn what_is_there_is_kept_unless_it_is_to_be_replaced() {
    let own = tempdir().unwrap();
    let path = own.path().join("selfie_image.png");
    let prepared = NewFile::new(&path).prepare(b"theirs").unwrap();
    fs::write(&path, "mine").unwrap();
    let folder = Folder::new(own.path());
    assert_eq!(folder.save(&image("selfie_image")).unwrap_err().problem(), ImageProblem::Exists);
    // Not even if it came to be there at the last moment.
    assert_eq!(prepared.finish().unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert_eq!((names(&own), fs::read(&path).unwrap()), (vec!["selfie_image.png".to_owned()], b"mine".to_vec()));
    folder.replacing().save(&image("selfie_image")).unwrap();
    assert_eq!((names(&own), fs::read(&path).unwrap()), (vec!["selfie_image.png".to_owned()], PNG.to_vec()));
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link_that_lies_in_wait() {
    let own = tempdir().unwrap();
    let (victim, path) = (own.path().join("victim"), own.path().join("selfie_image.png"));
    fs::write(&victim, "mine").unwrap();
    std::os::unix::fs::symlink(&victim, &path).unwrap();
    let dangling = own.path().join("id_card_image.png");
    std::os::unix::fs::symlink(own.path().join("nowhere"), &dangling).unwrap();
    let folder = Folder::new(own.path());
    for key in ["selfie_image", "id_card_image"] {
        assert_eq!(folder.save(&image(key)).unwrap_err().problem(), ImageProblem::Exists);
        folder.clone().replacing().save(&image(key)).unwrap();
    }
    assert_eq!(fs::read(&victim).unwrap(), b"mine");
    assert!(!own.path().join("nowhere").exists() && path.symlink_metadata().unwrap().is_file());
}

#[test]
fn a_place_that_is_no_folder_or_has_a_manifest_is_refused_before_anything_is_fetched() {
    let own = tempdir().unwrap();
    fs::write(own.path().join(MANIFEST), "{}").unwrap();
    let folder = Folder::new(own.path());
    assert_eq!(folder.check().unwrap_err().problem(), ImageProblem::Exists);
    assert_eq!(folder.replacing().check(), Ok(()));
    let file = Folder::new(own.path().join(MANIFEST));
    assert_eq!(file.check().unwrap_err().problem(), ImageProblem::Folder(ErrorKind::NotADirectory));
    assert_eq!(file.save(&image("selfie_image")).unwrap_err().kind().as_str(), "invalid_input");
}

#[test]
fn a_manifest_is_never_beside_images_of_a_later_run() {
    let own = tempdir().unwrap();
    fs::write(own.path().join(MANIFEST), "{}").unwrap();
    // A folder that keeps what is there never gets this far without an error.
    Folder::new(own.path()).save(&image("id_card_image")).unwrap();
    assert_eq!(names(&own), ["id_card_image.png", MANIFEST]);
    Folder::new(own.path()).replacing().save(&image("id_card_image")).unwrap();
    assert_eq!(names(&own), ["id_card_image.png"]);
    fs::create_dir(own.path().join(MANIFEST)).unwrap();
    assert!(
        Folder::new(own.path()).replacing().save(&image("id_card_image")).is_err(),
        "a manifest that stays is reported"
    );
}

#[test]
fn nothing_is_left_behind_and_leftovers_are_stepped_over() {
    let own = tempdir().unwrap();
    let left = own.path().join(format!(".smileid-{}-0.part", std::process::id()));
    fs::write(&left, "half").unwrap();
    let part = NewFile::new(own.path().join("never-named")).prepare(b"bytes").unwrap();
    assert_eq!(names(&own).len(), 2);
    drop(part);
    assert_eq!(names(&own).len(), 1);
    Folder::new(own.path()).save(&image("selfie_image")).unwrap();
    assert_eq!(fs::read(&left).unwrap(), b"half");
    assert_eq!(names(&own).len(), 2);
}
