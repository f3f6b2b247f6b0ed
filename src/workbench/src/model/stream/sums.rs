//! Sums over the spans of a row, so that a screen need not look at each of a million.

use trace::{Status, lanes::Span};

use super::{Cell, Gathering, overlap};

/// So many spans of a cell are looked at one by one. In a cell with more of them none can be seen, only how many there are
/// and how much of the time they take.
const FEW: usize = 16;

/// The sums over the spans of one row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sums {
    /// Over the spans before each, and over all of them.
    before: Vec<Sum>,
}

/// Of some spans: the time in them in nanoseconds, by whether they wait, how many work, and how many ended badly.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sum {
    working: u64,
    waiting: u64,
    spans: usize,
    failed: usize,
}

impl Sums {
    pub(super) fn of(spans: &[Span]) -> Self {
        let mut before = Vec::with_capacity(spans.len() + 1);
        before.push(Sum::default());
        before.extend(spans.iter().scan(Sum::default(), |sum, span| {
            let length = span.end.saturating_sub(span.start);
            if span.waiting {
                sum.waiting += length;
            } else {
                sum.working += length;
                sum.spans += 1;
            }
            sum.failed += usize::from(failed(span));
            Some(*sum)
        }));
        Self { before }
    }

    /// The time in spans of a stretch that work, in nanoseconds.
    pub(super) fn working(&self, spans: &[Span], from: f64, to: f64) -> f64 {
        let mut gathering = Gathering::default();
        self.gather(spans, from, to, &mut gathering);
        gathering.cell.busy * (to - from)
    }

    /// As [`Stream::cells`](super::Stream::cells), for a row with many spans a cell.
    pub(super) fn cells(&self, spans: &[Span], [from, to]: [f64; 2], width: usize) -> Vec<Cell> {
        let step = (to - from) / width as f64;
        let cell = |place: usize| {
            let start = from + place as f64 * step;
            let mut gathering = Gathering::default();
            self.gather(spans, start, start + step, &mut gathering);
            gathering.finish()
        };
        (0..width).map(cell).collect()
    }

    fn gather(&self, spans: &[Span], start: f64, end: f64, gathering: &mut Gathering) {
        let length = end - start;
        let first = spans.partition_point(|span| (span.end as f64) <= start);
        let last = spans.partition_point(|span| (span.start as f64) < end).max(first);
        let spans = &spans[first..last];
        // The two at the ends may reach out; the others are inside as a whole.
        let (seen, inside) = if spans.len() > FEW { (FEW, first + FEW..last - 1) } else { (spans.len(), last..last) };
        let mut add = |span: &Span| gathering.add(span, overlap(span, start, end) / length, span.end as f64 <= end);
        spans[..seen].iter().for_each(&mut add);
        if inside.is_empty() {
            spans[seen..].iter().for_each(add);
            return;
        }
        spans.last().into_iter().for_each(add);
        let (from, to) = (self.before[inside.start], self.before[inside.end]);
        gathering.cell.busy += (to.working - from.working) as f64 / length;
        gathering.waiting += (to.waiting - from.waiting) as f64 / length;
        gathering.spans += to.spans - from.spans;
        gathering.cell.failed |= to.failed > from.failed;
    }
}

/// A span with a bad end.
pub(super) fn failed(span: &Span) -> bool {
    matches!(span.status, Some(Status::Failed | Status::Panicked))
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Role, Row, Stream, Window},
        *,
    };

    /// Many short spans with pauses and naps between them, one of them with a bad end.
    fn row(spans: u64) -> Row {
        let span = |task: u64| {
            let start = 100 * task + task % 7;
            let status = if task == 777 { Status::Panicked } else { Status::Done };
            Span {
                task,
                site: 0,
                start,
                end: start + 20 + task % 50,
                status: Some(status),
                waiting: task.is_multiple_of(5),
            }
        };
        Row::new(Role::Worker, "worker 0".to_owned(), (0..spans).map(span).collect())
    }

    #[test]
    fn sums_say_the_same_as_spans_one_by_one() {
        let stream = Stream { to: 1_000_000, ..Stream::default() };
        let quick = row(10_000);
        let slow = Row { sums: None, ..quick.clone() };
        for window in [Window::default(), Window { from: 0.123, to: 0.987 }, Window { from: 0.5, to: 0.7 }] {
            assert!((stream.busy(&slow, window) - stream.busy(&quick, window)).abs() < 1e-9);
            let cells = stream.cells(&slow, window, 30).into_iter().zip(stream.cells(&quick, window, 30));
            for (place, (slow, quick)) in cells.enumerate() {
                assert!((slow.busy - quick.busy).abs() < 1e-9, "{place}: {slow:?} {quick:?}");
                assert_eq!((slow.fill, slow.failed), (quick.fill, quick.failed), "{place}");
            }
        }
    }
}
