//! The likeliest mistakes of a user do not compile, and the compiler's message says what to do instead.
//!
//! `TRYBUILD=overwrite cargo test --test messages` writes the expected messages anew, which a new family, being listed in
//! some, takes; read them before keeping them.

#[test]
fn mistakes_are_explained() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/messages/constants_from_either_side.rs");
    cases.compile_fail("tests/messages/branch_*.rs");
    cases.compile_fail("tests/messages/data_*.rs");
    cases.compile_fail("tests/messages/model_*.rs");
    cases.compile_fail("tests/messages/trace_*.rs");
}

/// What must be in a message whatever else the compiler says: writing the messages anew does not lose it.
#[test]
fn messages_say_what_to_do() {
    let needed = [
        ("branch_on_data", "expected `CannotBranchUseSelect`"),
        ("branch_on_equality", "expected `CannotBranchUseSelect`"),
        ("data_censored_without_distribution_function", "implement `Cdf` for it: `ln_cdf` and `ln_sf`"),
        ("data_of_a_wrong_type", "`&str` is not a value of the sample space `f64`"),
        ("data_of_another_model", "`bool` is not a value of the sample space `u64`"),
        ("data_that_is_no_slice", "give a slice (`&values`), a weighted sample, or columns of a table"),
        ("model_that_is_none", "a model has a `space` of parameters and an `ln_density`"),
        ("model_of_different_spaces", "expected `f64`, found `u64`"),
        ("model_of_no_sample_space", "`f32` is not a sample space"),
        ("model_without_a_space", "fn space(&self) -> thetahat::Space"),
        ("trace_that_escapes", "escapes the closure body"),
        ("trace_mixed_with_another", "the struct `Expr<'g>` is invariant"),
        ("trace_sent_to_a_thread", "cannot be shared between threads safely"),
    ];
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/messages");
    for (case, phrase) in needed {
        let message = std::fs::read_to_string(folder.join(case).with_extension("stderr")).expect("an expected message");
        assert!(message.contains(phrase), "{case} does not say \"{phrase}\":\n{message}");
    }
    let kept = std::fs::read_dir(&folder).expect("the folder of messages").flatten();
    let kept = kept.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "stderr")).count();
    assert_eq!(kept, needed.len(), "every message is listed above");
}
