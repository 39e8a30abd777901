//! Every registered family obeys the laws.

use thetahat::families::{FAMILIES, Schema};
use thetahat::testing::check_model;

#[test]
fn hold_for_every_family() {
    let schema = Schema::example();
    let check = |family: &thetahat::families::Family| {
        let model = family.model(&schema).unwrap_or_else(|error| panic!("{}: {error}", family.name));
        let begun = std::time::Instant::now();
        let found = check_model(&model).err().map(|broken| format!("{:?}: {broken}", broken.law));
        println!("{}: {:?}", family.name, begun.elapsed());
        found
    };
    let broken: Vec<String> = FAMILIES.iter().filter_map(check).collect();
    assert!(broken.is_empty(), "{} laws are broken:\n{}", broken.len(), broken.join("\n"));
}
