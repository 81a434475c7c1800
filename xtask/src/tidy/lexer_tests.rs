//! The lexer's tests: what is code, what is comment, text or test.

use super::*;

fn texts(source: &str) -> Vec<&str> {
    tokens(source).iter().map(|token| token.text).collect()
}

fn words(source: &str) -> Vec<&str> {
    tokens(source).iter().filter(|token| token.kind == Kind::Word).map(|token| token.text).collect()
}

#[test]
fn comments_are_no_tokens() {
    assert_eq!(texts("a // b\nc /* d /* e */ f */ g"), ["a", "c", "g"]);
    assert_eq!(texts("//! head\n/// doc\nfn"), ["fn"]);
    assert_eq!(texts("a /* never closed"), ["a"]);
}

#[test]
fn names_in_texts_are_no_words() {
    assert!(
        words(r##" "a" "b\"c" r"d" r#"e "f" g"# b"h" br#"i"# c"j" 'k' '\'' b'l' "##).iter().all(|word| *word == "b")
    );
    assert_eq!(words("\"// no comment\" a"), ["a"]);
    assert_eq!(words("\"never closed a"), Vec::<&str>::new());
}

#[test]
fn lifetimes_numbers_and_raw_names() {
    assert_eq!(words("fn f<'a>(x: &'a str) {}"), ["fn", "f", "x", "str"]);
    assert_eq!(
        texts("1..2 1.5 0xff_u8 1.max(2)"),
        ["1", ".", ".", "2", "1.5", "0xff_u8", "1", ".", "max", "(", "2", ")"]
    );
    assert_eq!(words("r#type raw"), ["type", "raw"]);
}

#[test]
fn lines_are_counted_through_comments_and_texts() {
    let found = tokens("a\n/* \n */ b \"\n\" c\n");
    let lines: Vec<usize> = found.iter().map(|token| token.line).collect();
    assert_eq!(lines, [1, 3, 3, 4]);
}

#[test]
fn test_items_are_left_out_and_nothing_else() {
    let source = "
        fn a() {}
        #[cfg(test)] #[path = \"x.rs\"] mod b;
        #[cfg(test)] mod c { fn d() { [1; 2] } }
        #[test] fn e() {}
        #[tokio::test] async fn f() {}
        #[cfg(all(test, unix))] use g::{h, i};
        #[cfg(not(test))] fn j() {}
        #[derive(Debug)] struct K;";
    let kept = without_tests(&tokens(source));
    let kept: Vec<&str> = kept.iter().filter(|token| token.kind == Kind::Word).map(|token| token.text).collect();
    assert_eq!(kept, ["fn", "a", "cfg", "not", "test", "fn", "j", "derive", "Debug", "struct", "K"]);
}

#[test]
fn a_file_for_tests_alone_is_empty() {
    assert!(without_tests(&tokens("//! T.\n#![cfg(test)]\nfn a() {}")).is_empty());
    assert!(!without_tests(&tokens("#![no_std]\nfn a() {}")).is_empty());
}
