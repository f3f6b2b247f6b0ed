//! How the workbench looks: its theme, and the characters that the terminal has. What was asked for comes first, then what the
//! student has chosen before, then what the terminal says of itself.

use clap::ValueEnum;
use grader::drawing::Palette;

/// Which shades the meanings have: see [`view`](crate::view).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Theme {
    /// The terminal's own sixteen colours; what they are is the terminal's matter.
    #[default]
    Dark,
    /// Dark shades on white.
    Light,
    /// Bright shades on black that people with any kind of colour vision can tell apart: blue is good, orange is bad.
    Contrast,
    /// No colours at all.
    None,
}

/// Looks up a variable of the environment; an empty one counts as none.
pub type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Theme {
    /// In the order in which a key goes through them.
    pub const ALL: [Self; 4] = [Self::Dark, Self::Light, Self::Contrast, Self::None];

    /// The theme to begin with: the one asked for, none where `NO_COLOR` says so, the one of last time by its name, or
    /// the one that fits the background of which `COLORFGBG` tells.
    #[must_use]
    pub fn at_start(asked: Option<Self>, kept: Option<&str>, variables: Variables<'_>) -> Self {
        let uncolored = || variables("NO_COLOR").map(|_| Self::None);
        let kept = || kept.and_then(Self::named);
        let light = || variables("COLORFGBG").filter(|colors| is_light(colors)).map(|_| Self::Light);
        asked.or_else(uncolored).or_else(kept).or_else(light).unwrap_or_default()
    }

    /// The theme of a name; a newer workbench may know more of them.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }

    /// Its name, on the command line and in the file of the progress.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Contrast => "contrast",
            Self::None => "none",
        }
    }

    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        let place = Self::ALL.iter().position(|&theme| theme == self).unwrap_or(0);
        Self::ALL[(place + 1) % Self::ALL.len()]
    }
}

/// The second number of `15;0` or `0;default;15` is the background's, among the sixteen colours.
fn is_light(colors: &str) -> bool {
    let background = colors.rsplit(';').next().and_then(|number| number.parse().ok());
    matches!(background, Some(7_u8 | 9..=15))
}

/// How this terminal shows the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The shades.
    pub theme: Theme,
    /// ASCII alone is shown.
    pub ascii: bool,
    /// The colours that the terminal has.
    pub palette: Palette,
}

impl Default for Look {
    fn default() -> Self {
        Self { theme: Theme::default(), ascii: false, palette: Palette::True }
    }
}

impl Look {
    /// The colours for a picture: an image of characters is drawn in shades of one, and so is one without colours.
    #[must_use]
    pub fn palette(self) -> Palette {
        if self.ascii || self.theme == Theme::None { Palette::Mono } else { self.palette }
    }
}

/// Whether the locale has another alphabet than UTF-8. Where none is set at all, nothing speaks against UTF-8.
#[must_use]
pub fn ascii_only(variables: Variables<'_>) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variables);
    locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        !locale.contains("utf-8") && !locale.contains("utf8")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theme(asked: Option<Theme>, kept: Option<&str>, variables: &[(&str, &str)]) -> Theme {
        Theme::at_start(asked, kept, &among(variables))
    }

    fn among(variables: &[(&str, &str)]) -> impl Fn(&str) -> Option<String> {
        let variables: Vec<_> = variables.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        move |name| variables.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
    }

    #[test]
    fn the_theme_is_the_one_asked_for_or_kept_or_the_terminals() {
        let everything = [("NO_COLOR", "1"), ("COLORFGBG", "0;15")];
        assert_eq!(theme(Some(Theme::Contrast), Some("light"), &everything), Theme::Contrast);
        assert_eq!(theme(None, Some("light"), &everything), Theme::None);
        assert_eq!(theme(None, Some("contrast"), &everything[1..]), Theme::Contrast);
        assert_eq!(theme(None, Some("of a newer workbench"), &everything[1..]), Theme::Light);
        assert_eq!(theme(None, None, &[]), Theme::Dark);
    }

    #[test]
    fn the_background_is_the_last_number() {
        let themes = ["15;0", "0;15", "0;default;15", "12;8", "0;7", "0;default", ""]
            .map(|colors| theme(None, None, &[("COLORFGBG", colors)]));
        let [dark, light] = [Theme::Dark, Theme::Light];
        assert_eq!(themes, [dark, light, light, dark, light, dark, dark]);
    }

    #[test]
    fn a_key_goes_through_all_themes_and_their_names_are_those_of_the_command_line() {
        let mut theme = Theme::default();
        for expected in Theme::ALL {
            assert_eq!(theme, expected);
            assert_eq!(Theme::named(theme.name()), Some(theme));
            assert_eq!(theme.to_possible_value().unwrap().get_name(), theme.name());
            theme = theme.next();
        }
        assert_eq!(theme, Theme::default());
    }

    #[test]
    fn the_locale_decides_on_ascii() {
        let ascii = |variables: &[(&str, &str)]| ascii_only(&among(variables));
        assert!(!ascii(&[]));
        assert!(!ascii(&[("LANG", "en_GB.UTF-8")]) && !ascii(&[("LC_CTYPE", "C.utf8"), ("LANG", "C")]));
        assert!(ascii(&[("LANG", "C")]) && ascii(&[("LC_ALL", "POSIX"), ("LANG", "en_GB.UTF-8")]));
        assert!(ascii(&[("LANG", "de_DE.ISO-8859-1")]));
    }
}
