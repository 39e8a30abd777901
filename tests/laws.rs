//! Every registered family obeys the laws.

use thetahat::families::{FAMILIES, Family, Schema};
use thetahat::testing::check_model;

#[test]
fn hold_for_every_family() {
    let schema = Schema::example();
    let check = |family: &Family| {
        let model = family.model(&schema).unwrap_or_else(|error| panic!("{}: {error}", family.name));
        check_model(&model).err().map(|broken| format!("{:?}: {broken}", broken.law))
    };
    let broken: Vec<String> = FAMILIES.iter().filter_map(check).collect();
    assert!(broken.is_empty(), "{} families break a law:\n{}", broken.len(), broken.join("\n"));
}
