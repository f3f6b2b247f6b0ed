//! Every screen in every theme, and in ASCII.

use std::collections::HashSet;

use ratatui::{crossterm::event::KeyCode, widgets::Widget};

use super::{
    super::{
        tests::{press, screen, style_of},
        theme,
    },
    *,
};
use crate::{
    message::Message,
    model::{Model, Overlay, Screen},
    samples,
    update::update,
};

/// All cells of a screen, those behind a wide character as well.
fn cells(model: &Model) -> Vec<Cell> {
    let mut buffer = Buffer::empty(Rect::from((ratatui::layout::Position::ORIGIN, model.size)));
    model.render(buffer.area, &mut buffer);
    buffer.content
}

/// Every state of a check, with the keys everywhere and everything over the panes.
fn screens(mut see: impl FnMut(&mut Model)) {
    let mut broken = samples::ready(120, 40);
    broken.check.diagnostics.push(samples::diagnostic());
    let mut failed = samples::ready(80, 24);
    let check = failed.check.id;
    update(&mut failed, Message::Checked { check, outcome: Err("no cargo – “none” at all".to_owned()) });
    update(&mut failed, Message::Trouble("the café is closed 関".to_owned()));
    let models = [
        samples::opened(80, 24),
        samples::ready(200, 60),
        samples::passed(80, 24),
        samples::passed(120, 40),
        samples::passed(60, 20),
        broken,
        failed,
    ];
    let overlays = [Overlay::Help, Overlay::Hints, Overlay::Sweep, Overlay::Welcome].map(Some);
    for mut model in models {
        for shown in Screen::ALL {
            for overlay in overlays.into_iter().chain([None]) {
                (model.screen, model.overlay) = (shown, overlay);
                see(&mut model);
            }
        }
    }
}

#[test]
fn in_ascii_no_cell_of_any_screen_has_anything_else() {
    screens(|model| {
        model.look.ascii = true;
        for theme in Theme::ALL {
            model.look.theme = theme;
            let strange = cells(model).into_iter().find(|cell| !cell.symbol().is_ascii());
            assert_eq!(strange, None, "{:?} {:?}\n{}", model.screen, model.overlay, screen(model));
        }
    });
}

#[test]
fn without_colours_no_cell_has_one() {
    screens(|model| {
        model.look.theme = Theme::None;
        let colored = cells(model).into_iter().find(|cell| (cell.fg, cell.bg) != (Color::Reset, Color::Reset));
        assert_eq!(colored, None, "{:?} {:?}", model.screen, model.overlay);
    });
}

#[test]
fn a_theme_with_a_ground_of_its_own_leaves_nothing_to_the_terminal() {
    let sixteen = |color: Color| !matches!(color, Color::Indexed(16..) | Color::Rgb(..));
    screens(|model| {
        for theme in [Theme::Light, Theme::Contrast] {
            model.look.theme = theme;
            let left = cells(model).into_iter().find(|cell| sixteen(cell.fg) || sixteen(cell.bg));
            assert_eq!(left, None, "{theme:?} {:?} {:?}", model.screen, model.overlay);
        }
    });
}

#[test]
fn what_a_colour_tells_apart_every_theme_tells_apart() {
    let meanings = [theme::GOOD, theme::BAD, theme::HALF, theme::FOCUS, theme::SERIAL, theme::ASKED];
    for exchange in [light, contrast] {
        let shades: HashSet<_> = meanings.map(|style| exchange(style.fg.unwrap())).into();
        assert_eq!(shades.len(), meanings.len());
        let tasks: HashSet<_> =
            (0..5).flat_map(|site| [0, 1].map(|task| exchange(theme::task(site, task).fg.unwrap()))).collect();
        assert_eq!(tasks.len(), 10);
    }
}

/// How bright a colour of the 256 is, by the definition of the web's guidelines.
fn luminance(color: Option<Color>) -> f64 {
    let Some(Color::Indexed(index)) = color else { panic!("{color:?} is not one of the 256") };
    let [red, green, blue] = match index {
        232.. => [8 + 10 * (index - 232); 3],
        _ => [36, 6, 1].map(|place| match (index - 16) / place % 6 {
            0 => 0,
            level => 55 + 40 * level,
        }),
    };
    let linear = |channel: u8| {
        let share = f64::from(channel) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

#[test]
fn every_shade_is_read_on_its_ground() {
    let contrast_of = |one: f64, other: f64| (one.max(other) + 0.05) / (one.min(other) + 0.05);
    let words = [theme::GOOD, theme::BAD, theme::HALF, theme::HEADING, theme::CODE, theme::SERIAL, theme::ASKED];
    for style in words {
        let on_white = contrast_of(luminance(light(style.fg.unwrap())), 1.0);
        assert!(on_white >= 4.0, "{style:?}: {on_white:.1} on white");
        let on_black = contrast_of(luminance(contrast(style.fg.unwrap())), 0.0);
        assert!(on_black >= 7.0, "{style:?}: {on_black:.1} on black");
    }
}

#[test]
fn signs_that_are_told_apart_stay_apart_in_ascii() {
    for signs in ["○◐✓", "✓✗◐○?", "┃│", "━─", "░▒▓█", "█▉· ×", "↑↓←→", "▁▂▃▄▅▆▇█"]
    {
        let ascii: HashSet<char> = signs.chars().map(super::ascii).collect();
        assert_eq!(ascii.len(), signs.chars().count(), "{signs}");
    }
    assert_eq!(ascii_text("✓ right — “1.5×” …"), "+ right - \"1.5x\" .");
    assert_eq!(ascii_text("⠀⠁⡀⡇⣿⠉"), " '.|:'");
}

#[test]
fn a_key_changes_the_theme_and_it_is_kept() {
    let mut model = samples::passed(80, 24);
    assert_eq!(style_of(&model, "✓ Pass").fg, Some(Color::Green));
    press(&mut model, KeyCode::Char('t'));
    assert_eq!(style_of(&model, "✓ Pass").fg, Some(Color::Indexed(28)));
    assert_eq!(model.progress.theme.as_deref(), Some("light"));
    press(&mut model, KeyCode::Char('t'));
    assert_eq!(style_of(&model, "✓ Pass").fg, Some(Color::Indexed(75)));
}

#[test]
fn a_pass_in_ascii() {
    let mut model = samples::passed(80, 24);
    model.look.ascii = true;
    model.screen = Screen::Run;
    insta::assert_snapshot!(screen(&model), @"
     Parlings  Parallel programming                     pi: + Pass, 10 of 10 points
     1 Course  2 Lesson [3 Run] 4 Tasks  5 Objects  6 Picture  7 Output  8 Diff
    + Course ----------+# Run =====================================================#
    | o bootstrap  0/10|#+ Pass, 10 of 10 points                                   @
    |>+ pi        10/10|#                                                          @
    | o julia      0/10|#+ Right on the small case, after 1.2 s                    @
    |                  |#                                                          @
    |pi                |#rounds   *****  5 of 5 won                                @
    |best ratio 1.91x  |#ratio    ################################    1.91x > 1.68x@
    |                  |#serial   #################################  0.375 s       @
    |                  |#parallel #################:                 0.196 s  1.91x@
    |                  |#asked    ###################|               0.223 s  1.68x@
    |                  |#probe    ################|                  0.190 s  1.97x@
    |                  |#CPU/wall ###############################:  1.90 of 2 cores#
    |                  |#memory   #:                                        38.4 MB#
    |                  |#                                                          #
    |                  |#==========================================================#
    |                  |+ Tasks, round 5: 405 tasks, mean 187 us ------------------+
    |                  ||worker 0  ############|#######|    ....:###########|  80 %|
    |                  ||worker 1      +%%%%%%%%%%%%%%%%----------------- |#x  49 %|
    |                  ||driver       .......................................      |
    |                  ||          '0 ms                '50 ms                     |
    +---- 10/30 points ++ # hits_task ---------------------------------------------+
     ^v scroll  e edit  r check  h hint  z enlarge  / find  Tab next  ? keys  q quit
    ");
}

#[test]
fn the_picture_in_ascii() {
    let mut model = samples::passed(80, 24);
    model.look.ascii = true;
    press(&mut model, KeyCode::Char('6'));
    insta::assert_snapshot!(screen(&model), @"
     Parlings  Parallel programming                     pi: + Pass, 10 of 10 points
     1 Course  2 Lesson  3 Run  4 Tasks  5 Objects [6 Picture] 7 Output  8 Diff
    # Picture: Grain: how much work makes a task worth its price ==================#
    #The first 2,000 darts                   The estimate                          #
    #  1|'''''':...                          pi                                    #
    #   |          ''...                      3.3|':..                             #
    #   |              ''.                       |   '':..                         #
    #   |                 ':.                    |       '':..                     #
    #   |     :'            ':.                  |           '':..                 #
    #   |                     '.                 |               ':..              #
    #   |              .        :                |                  '':..          #
    #0.5|             ''         :           3.15|                      '':..      #
    #   |                         :              |                          '':..  #
    #   |                          :             |                              '':#
    #   |                          |.            |                                 #
    #   |                           |            |                                 #
    #   |                           |            |                                 #
    #  0|                           |           3|                                 #
    #   ++------------+-------------+            ++---------------+---------------+#
    #    0           0.5            1             0              50             100#
    #                 x                                         darts              #
    #100,000,317 darts, 78,539,000 hits: pi is about 3.14151                       #
    #==============================================================================#
     p save as PNG  e edit  r check  h hint  / find  Tab next  ? keys  Esc back
    ");
}

#[test]
fn the_welcome_in_a_small_terminal() {
    let mut model = samples::opened(80, 24);
    model.overlay = Some(Overlay::Welcome);
    insta::assert_snapshot!(screen(&model), @"
     Parlings  Parallel programming                               pi: ⠋ first build
    [1 Course] 2 Lesson  3 Run  4 Tasks  5 Objects  6 Picture  7 Output  8 Diff
    ┌ Course ──────────┐┌ Grain: how much work makes a task worth its price ───────┐
    │ ○ bootstrap  0/10││Pi by darts                                               │
    │▶○┏ Welcome to Parlings ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓  │
    │ ○┃Here you make serial programs parallel, and see what their tasks do.    ┃  │
    │  ┃                                                                        ┃  │
    │pi┃1. Read the lesson of `pi`, which is open.                              ┃  │
    │  ┃2. Change exercises/pi.rs, and save it.                                 ┃  │
    │  ┃3. It is built, tried, and raced against the serial program at once. The┃  │
    │  ┃   result says what is right, how fast it is, and what to mend.         ┃  │
    │  ┃                                                                        ┃  │
    │  ┃  e    open the exercise in your editor, or use one beside this window  ┃  │
    │  ┃  h    take a hint                                                      ┃  │
    │  ┃  Tab  go from the course to the lesson, the result and your tasks      ┃  │
    │  ┃  ?    see all keys and signs                                           ┃  │
    │  ┃  q    leave; what you have reached is kept                             ┃  │
    │  ┃                                                                        ┃  │
    │  ┃The first build goes on meanwhile, and takes a minute or two.           ┃  │
    │  ┃                                                                        ┃  │
    │  ┃Any key goes on.                                                        ┃  │
    │  ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛  │
    └───── 0/30 points ┘└──────────────────────────────────────────────────────────┘
    ");
    // Any key goes on, and does nothing else.
    press(&mut model, KeyCode::Char('q'));
    assert_eq!(model.overlay, None);
}
