//! Memory for tasks, actor calls and stored objects.
//!
//! One thread submits and another drops the last reference, so each of these small pieces is allocated on one core and freed on
//! another, which is what general allocators are slow at. Here each thread keeps *shelves* with free pieces, one for each
//! size; only where one is empty or full does it exchange a *batch* with the depot that all threads share: one lock for many
//! pieces. The depot hands out the batch that has lain there longest, so that memory is not written again while the cache of
//! another core still holds it.
//!
//! The system's allocator is asked for a batch at a time. What is free is kept for later tasks; none of it goes back.
//!
//! Source: Bonwick and Adams, "Magazines and Vmem", 2001.

use std::{
    alloc::{self, Layout, handle_alloc_error},
    cell::Cell,
    collections::VecDeque,
    ptr::NonNull,
    sync::{Mutex, MutexGuard},
};

/// Pieces are of one cache line, of two, and so on: none shares a line with its neighbour, which may be on another core.
const LINE: usize = 64;

/// So many sizes there are; what is larger comes from the system's allocator.
const SIZES: usize = 4;

/// Pieces that are exchanged with the depot at a time.
const BATCH: usize = 32;

/// Pieces that a shelf holds: an exchange leaves it half full, so that the next one is far away.
const SHELF: usize = 2 * BATCH;

/// How far ahead the memory of a piece is fetched.
const FETCHED: usize = 3;

/// A free piece of memory.
#[derive(Clone, Copy)]
struct Piece(NonNull<u8>);

// SAFETY: nobody reads or writes a free piece; who has it may give it to any thread.
#[expect(unsafe_code, reason = "free memory goes from thread to thread")]
unsafe impl Send for Piece {}

static DEPOT: [Mutex<VecDeque<Piece>>; SIZES] = [const { Mutex::new(VecDeque::new()) }; SIZES];

/// The free pieces of one size that a thread has at hand.
struct Shelf {
    length: Cell<usize>,
    pieces: [Cell<Piece>; SHELF],
}

/// What a thread does with its shelves.
#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Nothing yet.
    Unused,
    /// They are cleared when it ends.
    Used,
    /// They have been cleared, and nothing is put there any more.
    Cleared,
}

thread_local! {
    static SHELVES: [Shelf; SIZES] = const { [const { Shelf::EMPTY }; SIZES] };
    static STATE: Cell<State> = const { Cell::new(State::Unused) };
    /// Apart from the shelves, as it takes longer to reach what is to be dropped when the thread ends.
    static CLEARER: Clearer = const { Clearer };
}

/// A piece of memory of that layout.
#[inline]
pub(crate) fn allocate(layout: Layout) -> NonNull<u8> {
    match size_of_layout(layout) {
        Some(size) => SHELVES.with(|shelves| {
            let piece = shelves[size].take().unwrap_or_else(|| shelves[size].refill(size));
            shelves[size].fetch_later(size);
            piece.0
        }),
        None => allocate_from_system(layout),
    }
}

/// Frees it again.
///
/// # Safety
/// It was [`allocate`]d with this layout, and nobody uses it any more.
#[inline]
#[expect(unsafe_code, reason = "the caller says that nobody uses the memory any more")]
pub(crate) unsafe fn free(memory: NonNull<u8>, layout: Layout) {
    match size_of_layout(layout) {
        Some(size) => put_away(Piece(memory), size),
        // SAFETY: what is not of one of the sizes was allocated by the system with this layout.
        None => unsafe { alloc::dealloc(memory.as_ptr(), layout) },
    }
}

#[inline]
fn put_away(piece: Piece, size: usize) {
    if STATE.get() == State::Used || may_use_shelves() {
        SHELVES.with(|shelves| shelves[size].put(piece, size));
    } else {
        depot(size).push_back(piece);
    }
}

/// Whether something may be put on this thread's shelves: then they will be cleared.
#[cold]
fn may_use_shelves() -> bool {
    if STATE.get() == State::Unused {
        STATE.set(State::Used);
        CLEARER.with(|_| ());
    }
    STATE.get() == State::Used
}

impl Shelf {
    #[expect(clippy::declare_interior_mutable_const, reason = "each shelf begins as a copy of it")]
    const EMPTY: Self = Self { length: Cell::new(0), pieces: [const { Cell::new(Piece(NonNull::dangling())) }; SHELF] };

    #[inline]
    fn take(&self) -> Option<Piece> {
        let left = self.length.get().checked_sub(1)?;
        self.length.set(left);
        Some(self.pieces[left].get())
    }

    /// Asks for the memory of a piece that will be taken soon, to be written: mostly it was freed by another core, whose cache
    /// has it. To wait for it then would take about as long as all else that is done for a call of an actor.
    #[inline]
    fn fetch_later(&self, size: usize) {
        if let Some(place) = self.length.get().checked_sub(FETCHED) {
            let memory = self.pieces[place].get().0;
            (0..=size).for_each(|line| fetch(memory.as_ptr().wrapping_add(line * LINE)));
        }
    }

    #[inline]
    fn put(&self, piece: Piece, size: usize) {
        if self.length.get() == SHELF {
            self.clear_half(size);
        }
        let length = self.length.get();
        self.pieces[length].set(piece);
        self.length.set(length + 1);
    }

    /// Takes a batch from the depot, or from the system, and a piece of that.
    #[cold]
    fn refill(&self, size: usize) -> Piece {
        if !self.refill_from_depot(size) {
            self.refill_from_system(size);
        }
        let piece = self.take().expect("a batch has just been put there");
        if !may_use_shelves() {
            self.clear(size);
        }
        piece
    }

    /// Whether there was anything.
    fn refill_from_depot(&self, size: usize) -> bool {
        let mut depot = depot(size);
        let there = depot.len().min(BATCH);
        // The last is taken first: so they are taken in the order in which they came.
        self.pieces[..there].iter().rev().zip(depot.drain(..there)).for_each(|(place, piece)| place.set(piece));
        self.length.set(there);
        there > 0
    }

    fn refill_from_system(&self, size: usize) {
        let bytes = (size + 1) * LINE;
        let layout = Layout::from_size_align(BATCH * bytes, LINE).expect("a batch is small");
        let first = allocate_from_system(layout);
        for (number, place) in self.pieces[..BATCH].iter().rev().enumerate() {
            #[expect(unsafe_code, reason = "cuts memory into pieces")]
            // SAFETY: it is memory for so many pieces.
            place.set(Piece(unsafe { first.add(number * bytes) }));
        }
        self.length.set(BATCH);
    }

    /// Gives the pieces that were put here first to the depot.
    #[cold]
    fn clear_half(&self, size: usize) {
        depot(size).extend(self.pieces[..BATCH].iter().map(Cell::get));
        for place in BATCH..SHELF {
            self.pieces[place - BATCH].set(self.pieces[place].get());
        }
        self.length.set(SHELF - BATCH);
    }

    /// Gives all pieces to the depot.
    fn clear(&self, size: usize) {
        depot(size).extend(std::iter::from_fn(|| self.take()));
    }
}

/// Clears the shelves of a thread that ends.
struct Clearer;

impl Drop for Clearer {
    fn drop(&mut self) {
        STATE.set(State::Cleared);
        SHELVES.with(|shelves| shelves.iter().enumerate().for_each(|(size, shelf)| shelf.clear(size)));
    }
}

/// Asks for the cache line of this address, to be written.
#[inline]
pub(crate) fn fetch(address: *const u8) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    #[expect(unsafe_code, reason = "an instruction that has no safe function")]
    // SAFETY: it is a hint; it neither reads nor writes, and any address will do.
    unsafe {
        use core::arch::x86_64::{_MM_HINT_ET0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_ET0>(address.cast());
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    let _ = address;
}

/// Which of the sizes memory of that layout has, if it has one.
#[inline]
const fn size_of_layout(layout: Layout) -> Option<usize> {
    let is_small = 0 < layout.size() && layout.size() <= SIZES * LINE && layout.align() <= LINE;
    // The proofs follow each step that threads share, and here they would follow many to no end.
    if is_small && !cfg!(all(test, any(shuttle, loom))) { Some((layout.size() - 1) / LINE) } else { None }
}

fn depot(size: usize) -> MutexGuard<'static, VecDeque<Piece>> {
    DEPOT[size].lock().expect("no code panics under this lock")
}

#[expect(unsafe_code, reason = "memory of a layout that is known when the program runs")]
fn allocate_from_system(layout: Layout) -> NonNull<u8> {
    assert!(layout.size() > 0, "everything that is allocated here has a count of its owners");
    // SAFETY: it is not of size 0.
    let memory = unsafe { alloc::alloc(layout) };
    NonNull::new(memory).unwrap_or_else(|| handle_alloc_error(layout))
}

#[cfg(all(test, not(shuttle), not(loom)))]
mod tests {
    use std::{collections::HashSet, thread};

    use super::*;

    fn layout(bytes: usize) -> Layout {
        Layout::from_size_align(bytes, 8).unwrap()
    }

    #[expect(unsafe_code, reason = "frees what it has")]
    fn free_all(pieces: Vec<Piece>, bytes: usize) {
        for Piece(memory) in pieces {
            // SAFETY: the test has it from `allocate`, with this layout.
            unsafe { free(memory, layout(bytes)) };
        }
    }

    #[test]
    fn what_is_in_use_does_not_overlap() {
        for bytes in [1, 8, 64, 65, 128, 257, 5_000] {
            let mut pieces: Vec<_> = (0..1_000).map(|_| Piece(allocate(layout(bytes)))).collect();
            let freed = pieces.split_off(500);
            // They are freed on another thread, and come back from there.
            thread::spawn(move || free_all(freed, bytes)).join().unwrap();
            pieces.extend((0..1_000).map(|_| Piece(allocate(layout(bytes)))));
            let mut places: Vec<_> = pieces.iter().map(|piece| piece.0.addr().get()).collect();
            places.sort_unstable();
            assert!(places.windows(2).all(|pair| pair[0] + bytes <= pair[1]), "{bytes} bytes");
            free_all(pieces, bytes);
        }
    }

    /// Of a batch that a thread took, others use what it did not need; also what it frees when its shelves have been cleared.
    #[test]
    fn threads_that_end_leave_nothing_behind() {
        const BYTES: usize = 3 * LINE;
        struct Late(Cell<Option<Piece>>);
        impl Drop for Late {
            fn drop(&mut self) {
                free_all(self.0.take().into_iter().collect(), BYTES);
                free_all(vec![Piece(allocate(layout(BYTES)))], BYTES);
            }
        }
        thread_local!(static LATE: Late = const { Late(Cell::new(None)) });
        for _ in 0..10 {
            // It is the first to be dropped that was used last.
            let run = || LATE.with(|late| late.0.set(Some(Piece(allocate(layout(BYTES))))));
            thread::spawn(run).join().unwrap();
            let only_allocated = thread::spawn(|| Piece(allocate(layout(BYTES)))).join().unwrap();
            thread::spawn(move || free_all(vec![only_allocated], BYTES)).join().unwrap();
        }
        assert_eq!(depot(2).len(), BATCH, "all that was ever taken from the system");
    }

    #[test]
    fn what_was_freed_is_used_again() {
        const BYTES: usize = SIZES * LINE;
        let places = |pieces: &[Piece]| pieces.iter().map(|piece| piece.0).collect::<HashSet<_>>();
        // A thread of its own, as shelves belong to threads.
        let run = move || {
            let pieces: Vec<_> = (0..SHELF).map(|_| Piece(allocate(layout(BYTES)))).collect();
            let first = places(&pieces);
            free_all(pieces, BYTES);
            let again: Vec<_> = (0..SHELF).map(|_| Piece(allocate(layout(BYTES)))).collect();
            assert_eq!(places(&again), first);
            free_all(again, BYTES);
        };
        thread::spawn(run).join().unwrap();
    }
}
