//! What a function returns, and what its `remote` returns for it.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{
    AngleBracketedGenericArguments, Error, GenericArgument, Ident, PathArguments, PathSegment, Result, ReturnType,
    Type, TypeParamBound, TypeTuple, parse2, punctuated::Punctuated, spanned::Spanned,
};

use super::own;
use crate::signature::is_result;

/// How a function gives its results.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// One.
    Plain,
    /// Several at once: `#[remote(returns)]`.
    Returns,
    /// One after the other: `#[remote(stream)]`.
    Stream,
}

/// What a function returns.
pub(super) struct Returned {
    pub(super) form: Form,
    /// The value, the tuple or the item, without the error that it may be instead.
    pub(super) value: TokenStream,
    /// What `remote` returns.
    pub(super) refs: TokenStream,
    /// Whether the value or the item may be an error instead.
    is_fallible: bool,
}

/// The most parts that a result may have.
const MOST_PARTS: usize = 8;

impl Form {
    /// What stands in the brackets of `#[remote(..)]`.
    pub(super) fn parse(attribute: TokenStream, function: &Ident) -> Result<Self> {
        if attribute.is_empty() {
            return Ok(Form::Plain);
        }
        let word: Option<Ident> = parse2(attribute.clone()).ok();
        match word {
            Some(word) if word == "returns" => Ok(Form::Returns),
            Some(word) if word == "stream" => Ok(Form::Stream),
            _ => Err(Error::new_spanned(
                &attribute,
                format!(
                    "#[remote] takes `returns`, for a function that returns a tuple, or `stream`, for one that returns an \
                     iterator; all else is said in the call, as in `{function}::options().num_cpus(2).remote(..)`"
                ),
            )),
        }
    }
}

impl Returned {
    pub(super) fn of(form: Form, output: &ReturnType) -> Result<Self> {
        match form {
            Form::Plain => Self::plain(output),
            Form::Returns => Self::several(output),
            Form::Stream => Self::stream(output),
        }
    }

    fn plain(output: &ReturnType) -> Result<Self> {
        let (value, is_fallible) = match output {
            ReturnType::Default => (quote!(()), false),
            ReturnType::Type(_, returned) => match &**returned {
                Type::ImplTrait(opaque) => {
                    return Err(Error::new_spanned(
                        opaque,
                        "a task's result has a type with a name: write it out; or, if it is an iterator whose items are \
                         to be results one by one, write #[remote(stream)]",
                    ));
                }
                returned => value(returned),
            },
        };
        Ok(Self { form: Form::Plain, refs: quote!(::parlings::expanded::ObjectRef<#value>), value, is_fallible })
    }

    fn several(output: &ReturnType) -> Result<Self> {
        let refuse = || {
            Error::new_spanned(
                output,
                format!(
                    "#[remote(returns)] goes on a function that returns a tuple of 2 to {MOST_PARTS} parts, each to be an object \
                     of its own, or a `Result` of one: `-> (A, B)`; without `returns`, the result is one object"
                ),
            )
        };
        // A signature that names no result has no place of its own.
        let ReturnType::Type(_, returned) = output else {
            return Err(Error::new(proc_macro2::Span::call_site(), refuse().to_string()));
        };
        let parts = tuple(returned).filter(|parts| (2..=MOST_PARTS).contains(&parts.elems.len())).ok_or_else(refuse)?;
        let elements = parts.elems.iter();
        Ok(Self {
            form: Form::Returns,
            value: quote!(#parts),
            refs: quote!((#(::parlings::expanded::ObjectRef<#elements>,)*)),
            is_fallible: is_result(returned),
        })
    }

    fn stream(output: &ReturnType) -> Result<Self> {
        let text = "#[remote(stream)] goes on a function that returns an iterator: `-> impl Iterator<Item = T>`";
        let ReturnType::Type(_, returned) = output else {
            return Err(Error::new(proc_macro2::Span::call_site(), text));
        };
        let (value, is_fallible) = match &**returned {
            Type::ImplTrait(opaque) => item(&opaque.bounds).map(value),
            Type::Path(path) => match path.path.segments.last().and_then(first_argument) {
                Some(Type::TraitObject(object)) => item(&object.bounds).map(value),
                _ => Some((quote_spanned!(path.span()=> <#path as ::core::iter::Iterator>::Item), false)),
            },
            _ => None,
        }
        .ok_or_else(|| Error::new_spanned(returned, text))?;
        Ok(Self { form: Form::Stream, refs: quote!(::parlings::expanded::ObjectStream<#value>), value, is_fallible })
    }

    /// The expression `call` as what the body of a task returns. `called` is an expression: what an error calls the task.
    pub(super) fn result(&self, call: &TokenStream, called: &TokenStream) -> TokenStream {
        let outcome = |value: TokenStream| {
            if self.is_fallible {
                quote!(::parlings::expanded::Fallible::into_outcome(#value, #called))
            } else {
                quote!(::core::result::Result::Ok(#value))
            }
        };
        match self.form {
            Form::Plain | Form::Returns => outcome(call.clone()),
            Form::Stream => {
                let (giver, outcome) = (own("giver"), outcome(quote!(item)));
                quote!(#giver.give_all(::core::iter::Iterator::map(#call, |item| #outcome)))
            }
        }
    }
}

/// The type of a value, and whether it may be an error instead.
fn value(returned: &Type) -> (TokenStream, bool) {
    if is_result(returned) {
        (quote_spanned!(returned.span()=> <#returned as ::parlings::expanded::Fallible>::Value), true)
    } else {
        (quote!(#returned), false)
    }
}

/// The tuple that is returned, or the one in the `Result`.
fn tuple(returned: &Type) -> Option<&TypeTuple> {
    match returned {
        Type::Tuple(parts) => Some(parts),
        Type::Path(path) if is_result(returned) => match first_argument(path.path.segments.last()?)? {
            Type::Tuple(parts) => Some(parts),
            _ => None,
        },
        _ => None,
    }
}

/// The `T` of `Box<T>` or `Result<T, E>`.
fn first_argument(segment: &PathSegment) -> Option<&Type> {
    arguments(segment)?.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(first) => Some(first),
        _ => None,
    })
}

/// The `T` of `Iterator<Item = T>`, among other bounds.
fn item<P>(bounds: &Punctuated<TypeParamBound, P>) -> Option<&Type> {
    let segment = bounds.iter().find_map(|bound| match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last().filter(|segment| segment.ident == "Iterator"),
        _ => None,
    })?;
    arguments(segment)?.args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(associated) if associated.ident == "Item" => Some(&associated.ty),
        _ => None,
    })
}

fn arguments(segment: &PathSegment) -> Option<&AngleBracketedGenericArguments> {
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(arguments),
        _ => None,
    }
}
