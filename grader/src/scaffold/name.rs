//! Names of exercises: each is also the name of files, of a module, a function, a program and a type.

/// The longest name: it stands in columns.
const LONGEST: usize = 24;

/// What cannot be the name of a function and of a module; and what is something else already, beside a student's program or in
/// cargo's folders.
const TAKEN: &str = "abstract alloc as async await become box break build const continue core crate deps do dyn else enum \
                     examples extern false final fn for gen if impl in incremental let loop macro main match mod move mut \
                     override parlings priv problems pub ref reset return self static std struct submission super test \
                     trait true try type typeof union unsafe unsized use virtual where while work_on yield";

/// A name that no exercise can have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{name}` cannot be the name of an exercise: {problem}\n  = help: a name has 2 to {LONGEST} lower-case letters, digits and single \
     `_` between them, begins with a letter and is no word of Rust's; for instance `prefix_sum`"
)]
pub struct NameError {
    /// The name.
    pub name: String,
    /// What is wrong with it.
    pub problem: String,
}

/// Refuses names that would not do.
pub(super) fn check(name: &str) -> Result<(), NameError> {
    let is_known = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    let problem = if let Some(other) = name.chars().find(|&letter| !is_known(letter)) {
        format!("{other:?} is in it")
    } else if !name.starts_with(|first: char| first.is_ascii_lowercase()) {
        "it does not begin with a letter".to_owned()
    } else if name.ends_with('_') || name.contains("__") {
        "a `_` is not between two parts".to_owned()
    } else if name.len() < 2 || name.len() > LONGEST {
        format!("it has {} letters", name.len())
    } else if TAKEN.split(' ').any(|word| word == name) {
        "the word is taken".to_owned()
    } else {
        return Ok(());
    };
    Err(NameError { name: name.to_owned(), problem })
}

/// The name of the type: `WordCount` for `word_count`.
pub(super) fn in_camel_case(name: &str) -> String {
    let capital = |part: &str| {
        let (first, rest) = part.split_at(usize::from(!part.is_empty()));
        first.to_ascii_uppercase() + rest
    };
    name.split('_').map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_names_become_types() {
        for (name, camel) in [("pi", "Pi"), ("word_count", "WordCount"), ("k_means2", "KMeans2")] {
            assert_eq!(check(name), Ok(()));
            assert_eq!(in_camel_case(name), camel);
        }
    }

    #[test]
    fn bad_names_are_refused_with_the_rule() {
        for name in
            ["", "p", "Pi", "2pi", "_pi", "pi_", "p__i", "p-i", "p i", "../pi", "π", "match", "test", "submission"]
        {
            assert!(check(name).is_err(), "{name}");
        }
        assert!(check(&"a".repeat(25)).is_err());
        insta::assert_snapshot!(check("prefix-sum").unwrap_err(), @"
        `prefix-sum` cannot be the name of an exercise: '-' is in it
          = help: a name has 2 to 24 lower-case letters, digits and single `_` between them, begins with a letter and is no word of Rust's; for instance `prefix_sum`
        ");
    }
}
