//! One more problem in the list of all problems, written as rustfmt writes it.

use anyhow::{Context as _, bail};

/// How long a line may be.
const LINE: usize = 120;

const INDENT: &str = "    ";

const MODULE: &str = "pub mod ";
const LIST: &str = "pub const ALL: &[&dyn Given] =";
const LIST_BEGIN: &str = "&[";
const LIST_END: &str = "];";

/// The text with the module `name` and its problem `type_name` in the list.
pub(super) fn with_problem(text: &str, name: &str, type_name: &str) -> anyhow::Result<String> {
    let text = with_module(text, name)?;
    let begin = text.find(LIST).with_context(|| format!("there is no `{LIST} ..` in it"))? + LIST.len();
    let end = begin + text[begin..].find(LIST_END).context("the list has no end")?;
    let list = text[begin..end].trim_start().strip_prefix(LIST_BEGIN).context("the list has no beginning")?;
    let mut entries: Vec<&str> = list.split(',').map(str::trim).filter(|entry| !entry.is_empty()).collect();
    let entry = format!("&{name}::{type_name}");
    let place =
        if entries.is_sorted() { entries.partition_point(|there| *there < entry.as_str()) } else { entries.len() };
    entries.insert(place, &entry);
    Ok([&text[..begin], &laid_out(&entries), &text[end + LIST_END.len()..]].concat())
}

/// The list behind its `=`: on the same line, on one of its own, or a line an entry, the first that fits.
fn laid_out(entries: &[&str]) -> String {
    let short = format!("{LIST_BEGIN}{}{LIST_END}", entries.join(", "));
    if LIST.len() + 1 + short.len() <= LINE {
        return format!(" {short}");
    }
    if INDENT.len() + short.len() <= LINE {
        return format!("\n{INDENT}{short}");
    }
    let lines: String = entries.iter().map(|entry| format!("{INDENT}{entry},\n")).collect();
    format!(" {LIST_BEGIN}\n{lines}{LIST_END}")
}

/// The module goes to the others, in the order of the alphabet.
fn with_module(text: &str, name: &str) -> anyhow::Result<String> {
    let line = format!("{MODULE}{name};\n");
    let modules = text.split_inclusive('\n').scan(0, |end, line| {
        *end += line.len();
        Some((*end - line.len(), line))
    });
    let modules: Vec<_> = modules.filter(|(_, line)| line.starts_with(MODULE) && line.ends_with(";\n")).collect();
    let &(last, last_line) = modules.last().with_context(|| format!("there is no `{MODULE}..;` in it"))?;
    if modules.iter().any(|(_, there)| *there == line) {
        bail!("`{}` is in it already", line.trim_end());
    }
    let module = |line: &str| line.trim_end().trim_end_matches(';').to_owned();
    let next = modules.iter().find(|(_, there)| module(there) > module(&line)).map(|(place, _)| *place);
    let place = next.unwrap_or(last + last_line.len());
    Ok([&text[..place], &line, &text[place..]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "//! Doc.\n\npub mod harness;\npub mod pi;\npub mod picture;\n\nmod given;\n\n/// All.\npub const ALL: &[&dyn Given] = &[&pi::Pi];\n\nfn f() {}\n";

    #[test]
    fn a_problem_is_added_in_order() {
        let text = with_problem(TEXT, "julia", "Julia").unwrap();
        assert!(
            text.contains("pub mod harness;\npub mod julia;\npub mod pi;\npub mod picture;\n\nmod given;"),
            "{text}"
        );
        assert!(text.contains("pub const ALL: &[&dyn Given] = &[&julia::Julia, &pi::Pi];\n\nfn f() {}\n"), "{text}");
        let text = with_problem(&text, "word_count", "WordCount").unwrap();
        assert!(text.contains("pub mod picture;\npub mod word_count;\n\nmod given;"), "{text}");
        assert!(text.contains("&[&julia::Julia, &pi::Pi, &word_count::WordCount];"), "{text}");
    }

    #[test]
    fn a_long_list_gets_a_line_and_then_a_line_for_each() {
        let mut text = TEXT.to_owned();
        let mut add = |number: u32| {
            text = with_problem(&text, &format!("a_name_{number}"), &format!("AName{number}")).unwrap();
            text.clone()
        };
        assert!(add(0).contains("Given] = &[&a_name_0::AName0, &pi::Pi];\n\nfn f() {}\n"));
        (1..4).for_each(|number| drop(add(number)));
        let text = add(4);
        assert!(
            text.contains("Given] =\n    &[&a_name_0::AName0, ") && text.contains(", &pi::Pi];\n\nfn f() {}\n"),
            "{text}"
        );
        let text = add(5);
        assert!(text.contains("Given] = &[\n    &a_name_0::AName0,\n    &a_name_1::AName1,\n"), "{text}");
        assert!(text.contains("    &pi::Pi,\n];\n\nfn f() {}\n"), "{text}");
    }

    #[test]
    fn what_is_there_or_not_understood_is_refused() {
        assert_eq!(with_problem(TEXT, "pi", "Pi").unwrap_err().to_string(), "`pub mod pi;` is in it already");
        assert!(with_problem("fn f() {}\n", "a", "A").unwrap_err().to_string().contains("no `pub mod ..;`"));
        assert!(with_problem("pub mod a;\n", "b", "B").unwrap_err().to_string().contains("no `pub const ALL"));
    }
}
