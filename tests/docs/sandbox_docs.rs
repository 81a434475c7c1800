//! The sandbox's page of documentation says what the code knows: every oddity with its sentence, every stage, product and flag.

use smileid_sandbox::{Odd, Product, Stage};

const PAGE: &str = include_str!("../../docs/sandbox.md");

#[test]
fn every_oddity_has_its_row() {
    for odd in Odd::ALL {
        let row = format!("| `{odd}` | {} |", odd.description().replace('|', "\\|"));
        assert!(PAGE.contains(&row), "docs/sandbox.md lacks: {row}");
    }
    let section = PAGE.split_once("## Every oddity").and_then(|(_, rest)| rest.split("\n## ").next()).unwrap();
    assert_eq!(section.matches("\n| `").count(), Odd::ALL.len());
}

#[test]
fn every_product_and_stage_that_an_id_can_name_is_there() {
    for product in Product::ALL {
        assert!(PAGE.contains(&format!("`{}`", product.as_str())), "{product:?}");
    }
    for stage in Stage::NAMED.iter().filter(|stage| **stage != Stage::Document) {
        assert!(PAGE.contains(&format!("`{stage}-`")), "{stage}");
    }
}
