//! Where in a YAML text a value stands.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A place in `course.yaml`, with the line that stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    /// The whole line.
    pub text: String,
}

impl Place {
    /// The place of the value at `path`: keys and, for lists, numbers from 0, with slashes between, as in
    /// `exercises/0/rounds`. For a key that is missing, the place of the mapping that lacks it.
    pub(super) fn of(path: &str, text: &str) -> Option<Self> {
        let steps: Vec<_> = path.split('/').collect();
        let found = Search { steps: &steps }.deserialize(serde_yaml::Deserializer::from_str(text));
        found.err().and_then(|error| Self::of_error(&error, text))
    }

    /// The place that a YAML error is about.
    pub(super) fn of_error(error: &serde_yaml::Error, text: &str) -> Option<Self> {
        let location = error.location()?;
        let line = text.lines().nth(location.line() - 1).unwrap_or_default();
        Some(Self { line: location.line(), column: location.column(), text: line.to_owned() })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{}:{}:{}", super::FILE, self.line, self.column)
    }
}

/// Walks to a value and then refuses it: the parser says where an error is, and nothing else of where values are.
/// So every end of this walk is an error, and its location is the answer.
#[derive(Clone, Copy)]
struct Search<'a> {
    steps: &'a [&'a str],
}

impl<'de> DeserializeSeed<'de> for Search<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Search<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("another value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Some((&step, steps)) = self.steps.split_first() else { return Err(A::Error::custom("here")) };
        while let Some(key) = map.next_key::<String>()? {
            if key == step {
                return map.next_value_seed(Search { steps });
            }
            map.next_value::<IgnoredAny>()?;
        }
        Err(A::Error::custom("missing here"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        let Some((step, steps)) = self.steps.split_first() else { return Err(A::Error::custom("here")) };
        for _ in 0..step.parse().unwrap_or(0_usize) {
            sequence.next_element::<IgnoredAny>()?;
        }
        sequence.next_element_seed(Search { steps })?;
        Err(A::Error::custom("missing here"))
    }
}

#[cfg(test)]
mod tests {
    use super::Place;

    const TEXT: &str = "# a comment\ntitle: Course\nlist:\n  - name: one\n    size: {small: 1, large: 2}\n\n  - name: \"two: 2\"\n    notes: |\n      name: no key\n    empty:\n    numbers: [3, 4]\n";

    fn at(path: &str) -> (usize, usize) {
        let place = Place::of(path, TEXT).unwrap();
        (place.line, place.column)
    }

    #[test]
    fn values_are_found_in_block_and_flow_style() {
        assert_eq!(at("title"), (2, 8));
        assert_eq!(at("list/0/name"), (4, 11));
        assert_eq!(at("list/0/size/large"), (5, 29));
        assert_eq!(at("list/1/name"), (7, 11));
        assert_eq!(at("list/1/empty"), (10, 11));
        assert_eq!(at("list/1/numbers/1"), (11, 18));
    }

    #[test]
    fn a_missing_key_is_at_its_mapping() {
        assert_eq!(at("list/1/size"), at("list/1"));
        assert_eq!(at("list/1"), (7, 5));
    }

    #[test]
    fn the_whole_line_is_shown() {
        assert_eq!(Place::of("list/0/size/small", TEXT).unwrap().text, "    size: {small: 1, large: 2}");
    }
}
