//! `#[remote]`: from a function to the function and its struct.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Error, FnArg, ItemFn, Result, parse2, spanned::Spanned};

use crate::signature::{Parameter, Words, check, outcome, parameters, plain, turbofish};

const WORDS: Words = Words { function: "a remote function", run: "a task" };

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

fn remote_struct(function: &ItemFn) -> Result<TokenStream> {
    let signature = &function.sig;
    check(signature, &WORDS)?;
    if let Some(FnArg::Receiver(receiver)) = signature.inputs.first() {
        return Err(Error::new_spanned(
            receiver,
            "a remote function has no `self`: a task has no object to be called on; pass the value as an argument",
        ));
    }
    let parameters = parameters(signature, &WORDS)?;
    let (visibility, name) = (&function.vis, &signature.ident);
    let conditions: Vec<_> = function.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect();
    let (generics, bounds) = (&signature.generics.params, &signature.generics.where_clause);

    let names: Vec<_> = parameters.iter().map(|parameter| &parameter.name).collect();
    let (taken, kept) = (parameters.iter().map(Parameter::taken), parameters.iter().map(Parameter::kept));
    let received = parameters.iter().map(Parameter::received);
    let (text, turbofish) = (plain(name), turbofish(signature));
    let (value, result) = outcome(&signature.output, &quote!(#name #turbofish (#(#names),*)), &text);
    // With the place of the result's type, as that is what does not fit where this fails.
    let submit = quote_spanned!(signature.output.span()=> ::parlings::expanded::submit::<_, _, #value>);
    let about =
        format!("The remote form of [`{text}`](fn@{text}): `{text}::remote(..)` submits a call of it as a task.");
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
            #[must_use = "a task whose reference is dropped still runs, but nobody learns of its result or its error"]
            #[allow(dead_code, clippy::too_many_arguments, clippy::ptr_arg, reason = "the function's signature is its author's business")]
            #visibility fn remote<#generics>(#(#taken),*) -> ::parlings::expanded::ObjectRef<#value> #bounds {
                static FUNCTION: ::parlings::expanded::Function = ::parlings::expanded::Function { name: #text };
                #submit(&FUNCTION, (#(#kept,)*), move |(#(#names,)*)| {
                    #(#received)*
                    #result
                })
            }
        }
    })
}
