//! What the program's answer looks like, and how it came to it: a problem's picture.

use grader::{drawing, picture::Picture};
use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    style::Stylize,
    text::{Line, Span},
    widgets::Widget,
};

use super::{frame_of, text, theme};
use crate::model::{Model, Player, Screen, Step, slowness};

/// The picture.
pub(super) struct View<'a>(pub(super) &'a Model);

impl Widget for View<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let model = self.0;
        let title = format!("Picture: {}", model.exercise().title);
        let title = text::clip(&title, usize::from(area.width).saturating_sub(4));
        let block = frame_of(model, Screen::Picture, format!(" {title} "));
        let inner = block.inner(area);
        block.render(area, buffer);
        let Some(picture) = model.picture() else {
            let missing = match model.check.step {
                Step::Over => "Your program gave no answer that could be drawn. The result says why.",
                _ => "What your program's answer looks like is seen here once it has run on the small case.",
            };
            let missing = Line::from(missing).style(theme::QUIET);
            for (row, line) in inner.rows().zip(text::wrap([missing], usize::from(inner.width))) {
                line.render(row, buffer);
            }
            return;
        };
        let status = status(model, inner.width);
        let [above, below] =
            Layout::vertical([Constraint::Fill(1), Constraint::Length(status.iter().len() as u16)]).areas(inner);
        draw(&picture, model, above, buffer);
        if let Some(status) = status {
            status.render(below, buffer);
        }
    }
}

/// Whether it moves, and how far it is; `None` where it cannot move.
fn status(model: &Model, width: u16) -> Option<Line<'static>> {
    if model.check.is_live() {
        return Some(Line::from(vec![" live ".bold().reversed(), " the small case, as it runs".into()]));
    }
    let (replay, player) = (model.check.replay.as_ref()?, &model.player);
    let length = replay.length().as_nanos() as f64;
    let sign = match player {
        _ if player.is_over() => "■",
        Player { playing: true, .. } => "▶",
        Player { playing: false, .. } => "‖",
    };
    let at = format!(" {sign} {} of {} ", text::duration(player.place * length), text::duration(length));
    let pace = match slowness(replay) {
        slower if slower >= 1.0 => {
            format!(" replay of the small case, {} times slower", text::count(slower.round() as u64))
        }
        slower => format!(" replay of the small case, {:.1} times faster", 1.0 / slower),
    };
    let room = usize::from(width).saturating_sub(Span::raw(&at).width() + Span::raw(&pace).width() + 2).min(30);
    let bar = format!("▕{}▏", text::bar(player.place, room));
    Some(Line::from(vec![at.into(), Span::styled(bar, theme::FOCUS), Span::styled(pace, theme::QUIET)]))
}

/// Draws a picture, as large as the area.
pub(super) fn draw(picture: &Picture, model: &Model, area: Rect, buffer: &mut Buffer) {
    let lines = drawing::lines(picture, area.width.into(), area.height.into(), model.look.palette());
    for (row, line) in area.rows().zip(lines) {
        Line::from_iter(line.spans.into_iter().map(|span| Span::styled(span.text, theme::paint(span.paint))))
            .render(row, buffer);
    }
}

#[cfg(test)]
mod tests {
    use grader::{
        check::Progress as Told,
        drawing::Palette,
        picture::{Axis, Bars, Image, Ink, Layer, Panel, Plot, Shape},
    };
    use ratatui::{crossterm::event::KeyCode, style::Color};

    use super::{
        super::tests::{drawn, press, screen, style_of},
        *,
    };
    use crate::{message::Message, model::REPLAY, samples, update::update};

    /// The picture in a terminal of the smallest size.
    fn shown(panels: Vec<Panel>) -> Model {
        let mut model = samples::passed(80, 24);
        model.check.picture = Some(Picture { caption: vec!["What the numbers say.".to_owned()], panels });
        press(&mut model, KeyCode::Char('6'));
        model
    }

    fn histogram(ink: Ink) -> Panel {
        let bell = |step: i32| (f64::from(step), 6.0 * (-f64::from(step * step) / 60.0).exp());
        let axis = |bounds: [f64; 2], labels: [&str; 2]| Axis {
            title: String::new(),
            bounds,
            labels: labels.map(ToOwned::to_owned).to_vec(),
        };
        Panel::Plot(Plot {
            title: "a histogram".to_owned(),
            x: axis([-20.0, 20.0], ["-20", "20"]),
            y: axis([0.0, 7.0], ["0 %", "7 %"]),
            layers: vec![
                Layer { ink, shape: Shape::Columns, points: (-20..=20).map(bell).collect() },
                Layer { ink: Ink::Guide, shape: Shape::Line, points: vec![(0.0, 0.0), (0.0, 7.0)] },
            ],
        })
    }

    /// A red square with a blue lower half, in more pixels than the terminal has.
    fn image() -> Panel {
        let pixels = (0..300 * 300).map(|place| if place < 300 * 150 { [200, 0, 0] } else { [0, 0, 200] }).collect();
        Panel::Image(Image { title: "an image".to_owned(), width: 300, pixels, marks: Vec::new() })
    }

    fn bars(rows: usize) -> Panel {
        let rows = (0..rows).map(|row| (format!("word{row}"), 1_000.0 / (row + 1) as f64)).collect();
        Panel::Bars(Bars { title: "frequent words".to_owned(), rows })
    }

    #[test]
    fn histograms_stand_on_the_axis_with_their_marks() {
        let model = shown(vec![histogram(Ink::Main), histogram(Ink::Other)]);
        insta::assert_snapshot!(screen(&model), @"
         Parlings  Parallel programming                     pi: ✓ Pass, 10 of 10 points
         1 Course  2 Lesson  3 Run  4 Tasks  5 Objects [6 Picture] 7 Output  8 Diff
        ┏ Picture: Grain: how much work makes a task worth its price ━━━━━━━━━━━━━━━━━━┓
        ┃a histogram                             a histogram                           ┃
        ┃7 %┤                 ⡇                  7 %┤                 ⡇                ┃
        ┃   │                 ⡇                     │                 ⡇                ┃
        ┃   │               ▂▆⡇▂                    │               ▂▆⡇▂               ┃
        ┃   │              ▁██⡇█▁                   │              ▁██⡇█▁              ┃
        ┃   │              ███⡇██                   │              ███⡇██              ┃
        ┃   │             ▅███⡇██▅                  │             ▅███⡇██▅             ┃
        ┃   │             ████⡇███                  │             ████⡇███             ┃
        ┃   │            █████⡇████                 │            █████⡇████            ┃
        ┃   │           ▃█████⡇████▃                │           ▃█████⡇████▃           ┃
        ┃   │           ██████⡇█████                │           ██████⡇█████           ┃
        ┃   │          ▇██████⡇█████▇               │          ▇██████⡇█████▇          ┃
        ┃   │         ▅███████⡇██████▅              │         ▅███████⡇██████▅         ┃
        ┃   │        ▄████████⡇███████▄             │        ▄████████⡇███████▄        ┃
        ┃   │       ▅█████████⡇████████▅            │       ▅█████████⡇████████▅       ┃
        ┃0 %┤  ▁▂▃▅███████████⡇██████████▅▃▂▁    0 %┤  ▁▂▃▅███████████⡇██████████▅▃▂▁  ┃
        ┃   └┬────────────────────────────────┬     └┬────────────────────────────────┬┃
        ┃    -20                             20      -20                             20┃
        ┃What the numbers say.                                                         ┃
        ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
         p save as PNG  e edit  r check  h hint  / find  Tab next  ? keys  Esc back
        ");
        let buffer = drawn(&model);
        let ink = |column: u16| buffer[(column, 18)].style();
        assert_eq!(ink(24).fg, Some(Color::Cyan));
        assert_eq!(ink(64).fg, Some(Color::Yellow));
        // A mark before a full block keeps the block's colour around its dots.
        let marked: Vec<_> = (0..80).map(ink).filter(|style| style.fg == Some(Color::Black)).collect();
        assert_eq!(marked.iter().map(|style| style.bg).collect::<Vec<_>>(), [Some(Color::Cyan), Some(Color::Yellow)]);
    }

    #[test]
    fn bars_have_names_and_numbers() {
        let model = shown(vec![bars(6)]);
        insta::assert_snapshot!(screen(&model), @"
         Parlings  Parallel programming                     pi: ✓ Pass, 10 of 10 points
         1 Course  2 Lesson  3 Run  4 Tasks  5 Objects [6 Picture] 7 Output  8 Diff
        ┏ Picture: Grain: how much work makes a task worth its price ━━━━━━━━━━━━━━━━━━┓
        ┃frequent words                                                                ┃
        ┃word0 1,000 ██████████████████████████████████████████████████████████████████┃
        ┃word1   500 █████████████████████████████████                                 ┃
        ┃word2   333 ██████████████████████                                            ┃
        ┃word3   250 ████████████████▌                                                 ┃
        ┃word4   200 █████████████▎                                                    ┃
        ┃word5   167 ███████████                                                       ┃
        ┃What the numbers say.                                                         ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
         p save as PNG  e edit  r check  h hint  / find  Tab next  ? keys  Esc back
        ");
        assert_eq!(style_of(&model, "████").fg, Some(Color::Cyan));
        assert!(screen(&shown(vec![bars(40)])).contains("and 24 more"));
    }

    #[test]
    fn images_are_half_blocks_in_their_own_colours() {
        let model = shown(vec![image(), bars(3)]);
        insta::assert_snapshot!(screen(&model), @"
         Parlings  Parallel programming                     pi: ✓ Pass, 10 of 10 points
         1 Course  2 Lesson  3 Run  4 Tasks  5 Objects [6 Picture] 7 Output  8 Diff
        ┏ Picture: Grain: how much work makes a task worth its price ━━━━━━━━━━━━━━━━━━┓
        ┃an image                                frequent words                        ┃
        ┃▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀      word0 1,000 ██████████████████████████┃
        ┃▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀      word1   500 █████████████             ┃
        ┃▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀      word2   333 ████████▋                 ┃
        ┃▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀                                            ┃
        ┃▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀                                            ┃
        ┃▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀                                            ┃
        ┃▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀                                            ┃
        ┃▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀                                            ┃
        ┃▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀                                            ┃
        ┃▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀                                            ┃
        ┃▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀                                            ┃
        ┃▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀                                            ┃
        ┃▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀                                            ┃
        ┃▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀                                            ┃
        ┃▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀                                            ┃
        ┃▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀                                            ┃
        ┃▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀                                            ┃
        ┃What the numbers say.                                                         ┃
        ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
         p save as PNG  e edit  r check  h hint  / find  Tab next  ? keys  Esc back
        ");
        let style = style_of(&model, "▀");
        assert_eq!((style.fg, style.bg), (Some(Color::Rgb(200, 0, 0)), Some(Color::Rgb(200, 0, 0))));
        let buffer = drawn(&model);
        let lowest = (0..24).rev().find(|&row| buffer[(5, row)].symbol() == "▀").expect("the image is there");
        assert_eq!(buffer[(5, lowest)].style().bg, Some(Color::Rgb(0, 0, 200)));
    }

    #[test]
    fn images_are_seen_with_fewer_colours_too() {
        let mut model = shown(vec![image()]);
        model.look.palette = Palette::Indexed;
        assert_eq!(style_of(&model, "▀").fg, Some(Color::Indexed(160)));
        model.look.palette = Palette::Mono;
        assert!(screen(&model).contains("░░░░") && !screen(&model).contains('▀'), "{}", screen(&model));
    }

    #[test]
    fn a_replay_says_how_far_it_is_and_how_slow() {
        let mut model = samples::replayed(80, 24);
        press(&mut model, KeyCode::Char('6'));
        let now = model.now + REPLAY / 2;
        update(&mut model, Message::Tick(now));
        insta::assert_snapshot!(screen(&model), @"
         Parlings  Parallel programming                     pi: ✓ Pass, 10 of 10 points
         1 Course  2 Lesson  3 Run  4 Tasks  5 Objects [6 Picture] 7 Output  8 Diff
        ┏ Picture: Grain: how much work makes a task worth its price ━━━━━━━━━━━━━━━━━━┓
        ┃The first 2,000 darts                   The estimate                          ┃
        ┃  1┤                                    pi                                    ┃
        ┃   │                                     3.3┤⠉⠒⠤⣀                             ┃
        ┃   │                                        │    ⠉⠒⠤⣀                         ┃
        ┃   │    ⢀⣄                                  │        ⠉⠒⠢⢄⡀                    ┃
        ┃   │     ⠁            ⠈⠦⡀                   │            ⠈⠑⠢⢄⡀                ┃
        ┃   │                    ⠙⢄                  │                ⠈⠒⠤⣀⡀            ┃
        ┃0.5┤            ⠠⡦       ⠈⢦                 │                    ⠈⠑⠢⢄⡀        ┃
        ┃   │                      ⠈⢢            3.15┤                        ⠈⠑⠢⢄⡀    ┃
        ┃   │                       ⠈⢆               │                            ⠈⠉⠒⠤⣀┃
        ┃   │                        ⢸               │                                 ┃
        ┃   │                         ⡇              │                                 ┃
        ┃   │                         ⢸              │                                 ┃
        ┃  0┤                         ⢸             3┤                                 ┃
        ┃   └┬───────────┬────────────┬              └┬───────────────┬───────────────┬┃
        ┃    0          0.5           1               0              50             100┃
        ┃                x                                          darts              ┃
        ┃50 % of the darts are thrown.                                                 ┃
        ┃ ▶ 4.00 ms of 8.00 ms ▕█████▌     ▏ replay of the small case, 375 times slower┃
        ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
         Space hold  ←→ step  p save as PNG  e edit  r check  h hint  ? keys  Esc back
        ");
        press(&mut model, KeyCode::Char(' '));
        let held = screen(&model);
        assert!(held.contains(" ‖ 4.00 ms of 8.00 ms ") && held.contains("Space play"), "{held}");
        press(&mut model, KeyCode::End);
        let over = screen(&model);
        assert!(over.contains(" ■ 8.00 ms of 8.00 ms ") && over.contains("pi is about 3.14151"), "{over}");
    }

    #[test]
    fn a_run_that_goes_on_is_said_to_be_live() {
        let mut model = samples::ready(80, 24);
        samples::tell(&mut model, Told::Built { seconds: 0.5 });
        let record = trace::Record { workers: 2, ..Default::default() };
        samples::tell(&mut model, Told::Trying { record, picture: samples::picture() });
        press(&mut model, KeyCode::Char('6'));
        let live = screen(&model);
        assert!(live.contains(" live  the small case, as it runs") && live.contains(" p save as PNG"), "{live}");
        samples::tell(&mut model, samples::tried(None));
        assert!(!screen(&model).contains("live"), "it is the picture of the answer");
    }

    #[test]
    fn where_a_picture_was_saved_is_told_until_the_next_key() {
        let mut model = samples::replayed(80, 24);
        update(&mut model, Message::PictureSaved("exercises/pictures/pi.png".to_owned()));
        assert!(screen(&model).contains(" ✓  The picture is in exercises/pictures/pi.png."));
        press(&mut model, KeyCode::Down);
        assert!(!screen(&model).contains("The picture is in"));
    }

    #[test]
    fn every_size_can_be_drawn() {
        for (width, height) in [(80, 24), (81, 25), (120, 40), (300, 100), (80, 100)] {
            let mut model = shown(vec![histogram(Ink::Main), image(), bars(20)]);
            model.size = ratatui::layout::Size { width, height };
            let screen = screen(&model);
            assert!(screen.contains("What the numbers say.") && screen.contains('▀'), "{screen}");
        }
    }
}
