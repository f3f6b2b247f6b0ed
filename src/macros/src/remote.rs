//! `#[remote]`: from a function to the function and its struct.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{
    Error, FnArg, GenericParam, ItemFn, Pat, PatType, Result, ReturnType, Signature, Type, parse2, spanned::Spanned,
};

/// The expansion; with errors in place of it, and the function unchanged, where it cannot be made.
pub(crate) fn expand(options: TokenStream, item: TokenStream) -> TokenStream {
    let function: ItemFn = match parse2(item.clone()) {
        Ok(function) => function,
        Err(_) => {
            let error =
                Error::new_spanned(&item, "#[remote] goes on a function: `#[remote] fn square(x: i64) -> i64 { .. }`");
            let error = error.into_compile_error();
            return quote!(#error #item);
        }
    };
    let made = check_options(&options).and_then(|()| remote_struct(&function));
    let made = made.unwrap_or_else(Error::into_compile_error);
    quote!(#function #made)
}

fn check_options(options: &TokenStream) -> Result<()> {
    if options.is_empty() {
        return Ok(());
    }
    Err(Error::new_spanned(options, "#[remote] takes no options"))
}

/// One parameter of the function, as `remote` takes it.
struct Parameter {
    name: Ident,
    /// `T`, or the `T` of `&T`.
    of: Type,
    lent: bool,
}

fn remote_struct(function: &ItemFn) -> Result<TokenStream> {
    let signature = &function.sig;
    check_signature(signature)?;
    let parameters = signature.inputs.iter().enumerate().map(parameter).collect::<Result<Vec<_>>>()?;
    let (visibility, name) = (&function.vis, &signature.ident);
    let conditions = function.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    let (generics, bounds) = (&signature.generics.params, &signature.generics.where_clause);
    let turbofish = turbofish(signature);

    let names: Vec<_> = parameters.iter().map(|parameter| &parameter.name).collect();
    let (takes, into): (Vec<_>, Vec<_>) = parameters
        .iter()
        .map(|Parameter { name, of, lent }| {
            let span = of.span();
            if *lent {
                (
                    quote_spanned!(span=> #name: impl ::parlings::expanded::IntoShared<#of>),
                    quote!(::parlings::expanded::IntoShared::<#of>::into_shared(#name)),
                )
            } else {
                (
                    quote_spanned!(span=> #name: impl ::parlings::expanded::IntoArg<#of>),
                    quote!(::parlings::expanded::IntoArg::<#of>::into_arg(#name)),
                )
            }
        })
        .unzip();
    let received = parameters.iter().map(|Parameter { name, of, lent }| {
        if *lent {
            quote! {
                let mut #name = #name;
                let #name: &#of = ::parlings::expanded::Lend::<#of>::lend(&mut #name)?;
            }
        } else {
            quote!(let #name: #of = ::parlings::expanded::Arg::take(#name)?;)
        }
    });

    let text = name.to_string();
    let text = text.trim_start_matches("r#");
    let (value, result) = match &signature.output {
        ReturnType::Default => (quote!(()), quote!(::core::result::Result::Ok(#name #turbofish (#(#names),*)))),
        ReturnType::Type(_, returned) if is_result(returned) => (
            quote_spanned!(returned.span()=> <#returned as ::parlings::expanded::Fallible>::Value),
            quote!(::parlings::expanded::Fallible::into_outcome(#name #turbofish (#(#names),*), #text)),
        ),
        ReturnType::Type(_, returned) => {
            (quote!(#returned), quote!(::core::result::Result::Ok(#name #turbofish (#(#names),*))))
        }
    };
    // With the place of the result's type, as that is what does not fit where this fails.
    let submit = quote_spanned!(signature.output.span()=> ::parlings::expanded::submit::<_, _, #value>);
    let about =
        format!("The remote form of [`{text}`](fn@{text}): `{text}::remote(..)` submits a call of it as a task.");
    let conditions: Vec<_> = conditions.collect();
    Ok(quote! {
        #(#conditions)*
        #[doc = #about]
        #[allow(non_camel_case_types, clippy::allow_attributes, reason = "the struct has the function's name")]
        #visibility struct #name {}

        #(#conditions)*
        #[allow(clippy::allow_attributes, reason = "made by a macro")]
        impl #name {
            /// Submits a call as a task, and returns a reference to its coming result at once.
            #[track_caller]
            #[allow(dead_code, clippy::too_many_arguments, clippy::ptr_arg, reason = "the function's signature is its author's business")]
            #visibility fn remote<#generics>(#(#takes),*) -> ::parlings::expanded::ObjectRef<#value> #bounds {
                static FUNCTION: ::parlings::expanded::Function = ::parlings::expanded::Function { name: #text };
                #submit(&FUNCTION, (#(#into,)*), move |(#(#names,)*)| {
                    #(#received)*
                    #result
                })
            }
        }
    })
}

fn check_signature(signature: &Signature) -> Result<()> {
    if let Some(token) = &signature.asyncness {
        return Err(Error::new(
            token.span(),
            "a remote function is not `async`: it runs on a worker of its own, and may wait",
        ));
    }
    if let syn::Safety::Unsafe(token) = &signature.safety {
        return Err(Error::new(
            token.span(),
            "a remote function is not `unsafe`: nobody could keep its promise on another thread",
        ));
    }
    for parameter in &signature.generics.params {
        if let GenericParam::Lifetime(lifetime) = parameter {
            return Err(Error::new_spanned(
                lifetime,
                "a remote function has no lifetime parameters: a task may outlive its caller; write `&T`, and the object is lent",
            ));
        }
    }
    if let ReturnType::Type(_, returned) = &signature.output {
        match &**returned {
            Type::Reference(reference) => {
                return Err(Error::new_spanned(reference, "a task cannot return a borrow: return the value itself"));
            }
            Type::ImplTrait(opaque) => {
                return Err(Error::new_spanned(opaque, "a task's result has a type with a name: write it out"));
            }
            _ => {}
        }
    }
    Ok(())
}

fn parameter((number, input): (usize, &FnArg)) -> Result<Parameter> {
    let FnArg::Typed(PatType { pat, ty, .. }) = input else {
        return Err(Error::new_spanned(
            input,
            "a remote function has no `self`: a task has no object to be called on; pass the value as an argument",
        ));
    };
    let name = match &**pat {
        Pat::Ident(pattern) => pattern.ident.clone(),
        _ => format_ident!("argument_{number}"),
    };
    match &**ty {
        Type::Reference(reference) if reference.mutability.is_some() => Err(Error::new_spanned(
            ty,
            "a task cannot change an object: objects are shared and immutable; take the value (`T`) and return the new one",
        )),
        Type::Reference(reference) if reference.lifetime.is_some() => Err(Error::new_spanned(
            &reference.lifetime,
            "a remote function names no lifetimes: write `&T`, and the object is lent for as long as the task runs",
        )),
        Type::Reference(reference) => Ok(Parameter { name, of: (*reference.elem).clone(), lent: true }),
        Type::ImplTrait(opaque) => Err(Error::new_spanned(
            opaque,
            "a remote function's parameters have types with names: write the type out, or make it generic",
        )),
        _ => Ok(Parameter { name, of: (**ty).clone(), lent: false }),
    }
}

/// `::<T, N>`, to call the generic function with the parameters of its `remote`.
fn turbofish(signature: &Signature) -> TokenStream {
    let names = signature.generics.params.iter().filter_map(|parameter| match parameter {
        GenericParam::Type(parameter) => Some(&parameter.ident),
        GenericParam::Const(parameter) => Some(&parameter.ident),
        GenericParam::Lifetime(_) => None,
    });
    let names: Vec<_> = names.collect();
    if names.is_empty() { TokenStream::new() } else { quote!(::<#(#names),*>) }
}

/// Whether a type is written as a `Result`, of whatever module.
fn is_result(returned: &Type) -> bool {
    matches!(returned, Type::Path(path) if path.path.segments.last().is_some_and(|segment| segment.ident == "Result"))
}
