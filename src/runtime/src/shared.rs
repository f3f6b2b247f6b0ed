//! A shared owner, as the standard library's `Arc`: for tasks, actor calls and stored objects, whose memory comes from the
//! [pool](crate::pool). There are no weak owners.
//!
//! ```text
//! clone:  count += 1
//! drop:   if count = 1, or count -= 1, with release, was the last:  acquire;  drop the value;  free the memory
//! ```
//!
//! Whoever drops the last owner so sees all that others did with the value before they dropped theirs. The look comes first as it
//! costs less than the subtraction, and mostly there is no other owner any more.

use std::{
    alloc::Layout,
    marker::PhantomData,
    ops::Deref,
    ptr::{self, NonNull},
};

use crate::{
    pool,
    sync::{AtomicUsize, Ordering, fence},
};

/// See the module.
pub struct Shared<T: ?Sized> {
    inner: NonNull<Inner<T>>,
    owns: PhantomData<Inner<T>>,
}

/// What the owners share.
#[repr(C)]
pub(crate) struct Inner<T: ?Sized> {
    count: AtomicUsize,
    value: T,
}

// SAFETY: as for `Arc`: owners on several threads share the value, and the last one drops it on its own.
#[expect(unsafe_code, reason = "a pointer is not sent by itself")]
unsafe impl<T: ?Sized + Send + Sync> Send for Shared<T> {}
// SAFETY: as above; who has a reference to an owner can make another owner.
#[expect(unsafe_code, reason = "a pointer is not shared by itself")]
unsafe impl<T: ?Sized + Send + Sync> Sync for Shared<T> {}

impl<T> Shared<T> {
    #[inline]
    #[expect(unsafe_code, reason = "writes to new memory")]
    pub(crate) fn new(value: T) -> Self {
        let inner = pool::allocate(Layout::new::<Inner<T>>()).cast::<Inner<T>>();
        // SAFETY: this is memory for it, and nobody else has it.
        unsafe { inner.write(Inner { count: AtomicUsize::new(1), value }) };
        Self { inner, owns: PhantomData }
    }
}

impl<T: ?Sized> Shared<T> {
    /// How many owners there are; exact only where nobody else has one.
    #[inline]
    pub(crate) fn count(this: &Self) -> usize {
        this.inner().count.load(Ordering::Relaxed)
    }

    /// The value, where this is its only owner.
    #[inline]
    #[expect(unsafe_code, reason = "nobody else refers to the value")]
    pub(crate) fn get_mut(this: &mut Self) -> Option<&mut T> {
        // Acquire, as in the drop of the last owner.
        if this.inner().count.load(Ordering::Acquire) != 1 {
            return None;
        }
        // SAFETY: there is no other owner, nor will there be, as this one is borrowed for as long as the reference lives.
        Some(unsafe { &mut this.inner.as_mut().value })
    }

    #[inline]
    #[expect(unsafe_code, reason = "the pointer is that of a living value")]
    fn inner(&self) -> &Inner<T> {
        // SAFETY: it lives as long as it has an owner, as this one.
        unsafe { self.inner.as_ref() }
    }

    #[inline(never)]
    #[expect(unsafe_code, reason = "drops the value and frees its memory")]
    fn drop_last(&mut self) {
        /// Frees the memory even where the drop of the value panics.
        struct Memory(NonNull<u8>, Layout);
        impl Drop for Memory {
            fn drop(&mut self) {
                // SAFETY: it was allocated for a value of this layout, which has been dropped.
                unsafe { pool::free(self.0, self.1) };
            }
        }
        let _memory = Memory(self.inner.cast(), Layout::for_value(self.inner()));
        // SAFETY: this was the last owner, so nobody refers to the value, and it is dropped once.
        unsafe { ptr::drop_in_place(self.inner.as_ptr()) };
    }

    /// The pointer, without its owner.
    #[inline]
    pub(crate) fn into_raw(self) -> *mut Inner<T> {
        let inner = self.inner.as_ptr();
        std::mem::forget(self);
        inner
    }

    /// The owner of what was taken apart by [`into_raw`](Self::into_raw).
    ///
    /// # Safety
    /// It was, and it is put together again once: as the same type, or as a trait of it.
    #[inline]
    #[expect(unsafe_code, reason = "the caller says where the pointer is from")]
    pub(crate) unsafe fn from_raw(inner: *mut Inner<T>) -> Self {
        // SAFETY: it was a `NonNull` before.
        Self { inner: unsafe { NonNull::new_unchecked(inner) }, owns: PhantomData }
    }
}

/// A shared owner of a value as one of a trait that its type has: `as_trait!(task => dyn Job)`.
macro_rules! as_trait {
    ($shared:expr => $target:ty) => {{
        let inner = $crate::shared::Shared::into_raw($shared);
        let inner: *mut $crate::shared::Inner<$target> = inner;
        #[expect(unsafe_code, reason = "the language makes no such pointers of owners")]
        // SAFETY: it was just taken apart, and the compiler has made of it a pointer to a trait of its type.
        let shared = unsafe { $crate::shared::Shared::from_raw(inner) };
        shared
    }};
}

pub(crate) use as_trait;

impl<T: ?Sized> Clone for Shared<T> {
    #[inline]
    fn clone(&self) -> Self {
        // Relaxed: the new owner is made of one that is there.
        if self.inner().count.fetch_add(1, Ordering::Relaxed) > isize::MAX as usize {
            // So many can only have been forgotten; a count that overflows would free what is in use.
            std::process::abort();
        }
        Self { inner: self.inner, owns: PhantomData }
    }
}

impl<T: ?Sized> Drop for Shared<T> {
    #[inline]
    fn drop(&mut self) {
        let count = &self.inner().count;
        if count.load(Ordering::Acquire) != 1 {
            if count.fetch_sub(1, Ordering::Release) != 1 {
                return;
            }
            fence(Ordering::Acquire);
        }
        self.drop_last();
    }
}

impl<T: ?Sized> Deref for Shared<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.inner().value
    }
}
