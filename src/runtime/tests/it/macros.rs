//! What the macro refuses, and in which words.

#[test]
fn refusals_name_the_mend() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/refused/*.rs");
}
