//! What a remote function and a method of an actor have in common: parameters that are passed on, and a result.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Error, FnArg, GenericParam, Pat, PatType, Result, ReturnType, Signature, Type, spanned::Spanned};

/// What errors call a function.
pub(crate) struct Words {
    /// `a remote function`
    pub(crate) function: &'static str,
    /// What runs it: `a task`
    pub(crate) run: &'static str,
}

/// One parameter of a function, as its remote form takes it.
pub(crate) struct Parameter {
    pub(crate) name: Ident,
    /// `T`, or the `T` of `&T`.
    pub(crate) of: Type,
    pub(crate) lent: bool,
}

impl Parameter {
    /// `name: impl IntoArg<T>`
    pub(crate) fn taken(&self) -> TokenStream {
        self.taken_as("IntoArg")
    }

    /// `name: impl IntoAgain<T>`
    pub(crate) fn taken_again(&self) -> TokenStream {
        self.taken_as("IntoAgain")
    }

    /// `name: impl Into<T>`, with the trait for parameters that are taken by value; all with the place of the type, as that is
    /// what does not fit where it fails.
    fn taken_as(&self, by_value: &str) -> TokenStream {
        let Self { name, of, lent } = self;
        let span = of.span();
        let into = Ident::new(if *lent { "IntoShared" } else { by_value }, span);
        quote_spanned!(span=> #name: impl ::parlings::expanded::#into<#of>)
    }

    /// The argument as it is kept until the function runs.
    pub(crate) fn kept(&self) -> TokenStream {
        let Self { name, of, lent } = self;
        if *lent {
            quote!(::parlings::expanded::IntoShared::<#of>::into_shared(#name))
        } else {
            quote!(::parlings::expanded::IntoArg::<#of>::into_arg(#name))
        }
    }

    /// The argument as it is kept where it may be needed again.
    pub(crate) fn kept_again(&self) -> TokenStream {
        let Self { name, of, lent } = self;
        if *lent { self.kept() } else { quote!(::parlings::expanded::IntoAgain::<#of>::into_again(#name)) }
    }

    /// A statement that makes the function's parameter of what was kept.
    pub(crate) fn received(&self) -> TokenStream {
        let Self { name, of, lent } = self;
        if *lent {
            quote! {
                let mut #name = #name;
                let #name: &#of = ::parlings::expanded::Lend::<#of>::lend(&mut #name)?;
            }
        } else {
            quote!(let #name: #of = ::parlings::expanded::Arg::take(#name)?;)
        }
    }

    /// The same of a `&mut` of what is kept, and may be needed again.
    pub(crate) fn received_again(&self) -> TokenStream {
        let Self { name, of, lent } = self;
        if *lent {
            quote!(let #name: &#of = ::parlings::expanded::Lend::<#of>::lend(#name)?;)
        } else {
            quote!(let #name: #of = ::parlings::expanded::Again::take(#name)?;)
        }
    }
}

/// The parameters after `self`.
///
/// # Errors
/// One that cannot be passed on.
pub(crate) fn parameters(signature: &Signature, words: &Words) -> Result<Vec<Parameter>> {
    let typed = signature.inputs.iter().enumerate().filter_map(|(number, input)| match input {
        FnArg::Typed(parameter) => Some((number, parameter)),
        FnArg::Receiver(_) => None,
    });
    typed.map(|(number, typed)| parameter(number, typed, words)).collect()
}

fn parameter(number: usize, PatType { pat, ty, .. }: &PatType, words: &Words) -> Result<Parameter> {
    let Words { function, run } = words;
    let name = match &**pat {
        Pat::Ident(pattern) => pattern.ident.clone(),
        _ => format_ident!("argument_{number}"),
    };
    match &**ty {
        Type::Reference(reference) if reference.mutability.is_some() => Err(Error::new_spanned(
            ty,
            format!(
                "{run} cannot change an object: objects are shared and immutable; take the value (`T`) and return the new one"
            ),
        )),
        Type::Reference(reference) if reference.lifetime.is_some() => Err(Error::new_spanned(
            &reference.lifetime,
            format!(
                "{function} names no lifetimes: write `&T`, and the object is lent for as long as {} runs",
                the(run)
            ),
        )),
        Type::Reference(reference) => Ok(Parameter { name, of: (*reference.elem).clone(), lent: true }),
        Type::ImplTrait(opaque) => Err(Error::new_spanned(
            opaque,
            format!("the parameters of {function} have types with names: write the type out, or make it generic"),
        )),
        _ => Ok(Parameter { name, of: (**ty).clone(), lent: false }),
    }
}

/// `the task`
fn the(run: &str) -> String {
    format!("the {}", run.trim_start_matches("a "))
}

/// Refuses what cannot run elsewhere and later than it is called.
///
/// # Errors
/// Why, and the mend.
pub(crate) fn check(signature: &Signature, words: &Words) -> Result<()> {
    let Words { function, run } = words;
    if let Some(token) = &signature.asyncness {
        let error = format!("{function} is not `async`: it runs on a thread of its own, and may wait");
        return Err(Error::new(token.span(), error));
    }
    if let syn::Safety::Unsafe(token) = &signature.safety {
        let error = format!("{function} is not `unsafe`: nobody could keep its promise on another thread");
        return Err(Error::new(token.span(), error));
    }
    for parameter in &signature.generics.params {
        if let GenericParam::Lifetime(lifetime) = parameter {
            let error = format!(
                "{function} has no lifetime parameters: {run} may outlive its caller; write `&T`, and the object is lent"
            );
            return Err(Error::new_spanned(lifetime, error));
        }
    }
    if let ReturnType::Type(_, returned) = &signature.output
        && let Type::Reference(reference) = &**returned
    {
        let error = format!("{run} cannot return a borrow: return the value itself");
        return Err(Error::new_spanned(reference, error));
    }
    Ok(())
}

/// Refuses a result whose type has no name.
///
/// # Errors
/// Why, and the mend.
pub(crate) fn check_named(output: &ReturnType, words: &Words) -> Result<()> {
    if let ReturnType::Type(_, returned) = output
        && let Type::ImplTrait(opaque) = &**returned
    {
        let error = format!("the result of {} has a type with a name: write it out", words.run);
        return Err(Error::new_spanned(opaque, error));
    }
    Ok(())
}

/// The type of the object that a call makes, and the expression of its outcome, from the one that calls the function.
pub(crate) fn outcome(output: &ReturnType, call: &TokenStream, text: &str) -> (TokenStream, TokenStream) {
    match output {
        ReturnType::Default => (quote!(()), quote!(::core::result::Result::Ok(#call))),
        ReturnType::Type(_, returned) if is_result(returned) => (
            quote_spanned!(returned.span()=> <#returned as ::parlings::expanded::Fallible>::Value),
            quote!(::parlings::expanded::Fallible::into_outcome(#call, #text)),
        ),
        ReturnType::Type(_, returned) => (quote!(#returned), quote!(::core::result::Result::Ok(#call))),
    }
}

/// The generic parameters, to call what has the same.
pub(crate) fn generic_names(signature: &Signature) -> Vec<&Ident> {
    let names = signature.generics.params.iter().filter_map(|parameter| match parameter {
        GenericParam::Type(parameter) => Some(&parameter.ident),
        GenericParam::Const(parameter) => Some(&parameter.ident),
        GenericParam::Lifetime(_) => None,
    });
    names.collect()
}

/// `::<T, N>`, to call the generic function with the parameters of its remote form.
pub(crate) fn turbofish(signature: &Signature) -> TokenStream {
    let names = generic_names(signature);
    if names.is_empty() { TokenStream::new() } else { quote!(::<#(#names),*>) }
}

/// Whether a type is written as a `Result`, of whatever module.
pub(crate) fn is_result(returned: &Type) -> bool {
    matches!(returned, Type::Path(path) if path.path.segments.last().is_some_and(|segment| segment.ident == "Result"))
}

/// A name as the user reads it.
pub(crate) fn plain(name: &Ident) -> String {
    name.to_string().trim_start_matches("r#").to_string()
}
