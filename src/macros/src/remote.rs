//! `#[remote]`: from a function to the function and its struct.

mod options;
mod returned;

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Attribute, Error, FnArg, Ident, ItemFn, Result, Signature, Visibility, parse2, spanned::Spanned};

use self::returned::{Form, Returned};
use crate::signature::{Parameter, Words, check, generic_names, parameters, plain, turbofish};

const WORDS: Words = Words { function: "a remote function", run: "a task" };

/// The expansion; with errors in place of it, and the function unchanged, where it cannot be made.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let function: ItemFn = match parse2(item.clone()) {
        Ok(function) => function,
        Err(_) => {
            let error =
                Error::new_spanned(&item, "#[remote] goes on a function: `#[remote] fn square(x: i64) -> i64 { .. }`");
            let error = error.into_compile_error();
            return quote!(#error #item);
        }
    };
    let made = Form::parse(attribute, &function.sig.ident).and_then(|form| Remote::of(&function, form));
    let made = made.map_or_else(Error::into_compile_error, |remote| remote.expand());
    quote!(#function #made)
}

/// A function, and what is made of it.
struct Remote<'a> {
    visibility: &'a Visibility,
    name: &'a Ident,
    /// The name as records and errors have it.
    text: String,
    signature: &'a Signature,
    /// The attributes that may take the function away; what is made of it goes with it.
    conditions: Vec<&'a Attribute>,
    parameters: Vec<Parameter>,
    returned: Returned,
}

/// A variable of the macro's own, whatever the function's parameters are called.
fn own(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

impl<'a> Remote<'a> {
    fn of(function: &'a ItemFn, form: Form) -> Result<Self> {
        let signature = &function.sig;
        check(signature, &WORDS)?;
        if let Some(FnArg::Receiver(receiver)) = signature.inputs.first() {
            return Err(Error::new_spanned(
                receiver,
                "a remote function has no `self`: a task has no object to be called on; pass the value as an argument",
            ));
        }
        let name = &signature.ident;
        Ok(Self {
            visibility: &function.vis,
            name,
            text: plain(name),
            signature,
            conditions: function.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect(),
            parameters: parameters(signature, &WORDS)?,
            returned: Returned::of(form, &signature.output)?,
        })
    }

    fn expand(&self) -> TokenStream {
        let Self { visibility, name, text, conditions, .. } = self;
        let about =
            format!("The remote form of [`{text}`](fn@{text}): `{text}::remote(..)` submits a call of it as a task.");
        let (submit, remote, options) = (self.submit(), self.remote(), self.options());
        quote! {
            #(#conditions)*
            #[doc = #about]
            #[allow(non_camel_case_types, clippy::allow_attributes, reason = "the struct has the function's name")]
            #visibility struct #name {}

            #(#conditions)*
            #[allow(clippy::allow_attributes, reason = "made by a macro")]
            impl #name {
                #remote
                #submit
            }

            #(#conditions)*
            #[allow(clippy::allow_attributes, reason = "made by a macro")]
            const _: () = {
                #options
            };
        }
    }

    /// What all forms of a call go through, so that what does not fit there is said once.
    fn submit(&self) -> TokenStream {
        let (generics, bounds) = (&self.signature.generics, &self.signature.generics.where_clause);
        let generics = &generics.params;
        let Returned { value, refs, .. } = &self.returned;
        let (submit, giver) = match self.returned.form {
            Form::Plain => (quote!(submit_as), None),
            Form::Returns => (quote!(submit_parts), None),
            Form::Stream => (quote!(submit_stream), Some(quote!(&::parlings::expanded::Giver<#value>))),
        };
        let body = match giver {
            None => quote!(FnOnce(SubmittedArguments) -> ::core::result::Result<#value, ::parlings::TaskError>),
            Some(giver) => {
                quote!(FnOnce(SubmittedArguments, #giver) -> ::core::result::Result<(), ::parlings::TaskError>)
            }
        };
        // With the place of the result's type, as that is what does not fit where this fails.
        let submit = quote_spanned!(self.signature.output.span()=> ::parlings::expanded::#submit::<_, _, #value>);
        let separated =
            if generics.is_empty() || generics.trailing_punct() { quote!(#generics) } else { quote!(#generics,) };
        let conditions = bounds.as_ref().map(|bounds| {
            let predicates = bounds.predicates.iter();
            quote!(#(#predicates,)*)
        });
        quote! {
            #[track_caller]
            #[inline]
            #[allow(dead_code, reason = "made by a macro")]
            fn submit_call<#separated SubmittedArguments, SubmittedBody>(
                options: ::parlings::expanded::Options,
                arguments: SubmittedArguments,
                body: SubmittedBody,
            ) -> #refs
            where
                SubmittedArguments: ::parlings::expanded::Arguments,
                SubmittedBody: #body + ::core::marker::Send + 'static,
                #conditions
            {
                #submit(options, arguments, body)
            }
        }
    }

    /// It, called with the function's own generic parameters and with options.
    fn call_submit(&self) -> TokenStream {
        let (name, own) = (self.name, generic_names(self.signature));
        quote!(#name::submit_call::<#(#own,)* _, _>)
    }

    /// An expression: the options of a call without any.
    fn no_options(&self) -> TokenStream {
        let text = &self.text;
        quote! {{
            static FUNCTION: ::parlings::expanded::Function = ::parlings::expanded::Function::new(#text);
            ::parlings::expanded::Options::of(&FUNCTION)
        }}
    }

    /// `fn remote(..)`, without options.
    fn remote(&self) -> TokenStream {
        let (text, into, options) = (&self.text, self.into(), self.no_options());
        let (head, submit) = (self.head(Parameter::taken, None), self.call_submit());
        let body = self.body(&quote!(#text));
        quote! {
            /// Submits a call as a task, and returns what stands for its coming results at once.
            #head {
                #submit(#options, (#(#into,)*), #body)
            }
        }
    }

    /// The head of a `remote` with its parameters as they are `taken`.
    fn head(&self, taken: fn(&Parameter) -> TokenStream, receiver: Option<TokenStream>) -> TokenStream {
        let visibility = self.visibility;
        let (generics, bounds) = (&self.signature.generics.params, &self.signature.generics.where_clause);
        let takes = receiver.into_iter().chain(self.parameters.iter().map(taken));
        let refs = &self.returned.refs;
        quote! {
            #[track_caller]
            #[must_use = "a task whose reference is dropped still runs, but nobody learns of its result or its error"]
            #[allow(dead_code, clippy::too_many_arguments, clippy::ptr_arg, reason = "the function's signature is its author's business")]
            #visibility fn remote<#generics>(#(#takes),*) -> #refs #bounds
        }
    }

    fn names(&self) -> Vec<&Ident> {
        self.parameters.iter().map(|parameter| &parameter.name).collect()
    }

    /// The arguments as the task keeps them.
    fn into(&self) -> Vec<TokenStream> {
        self.parameters.iter().map(Parameter::kept).collect()
    }

    /// What the task does: it takes its arguments out of their objects, and calls the function. `called` is an expression: what
    /// an error calls the task.
    fn body(&self, called: &TokenStream) -> TokenStream {
        let names = self.names();
        let received = self.parameters.iter().map(Parameter::received);
        let giver = (self.returned.form == Form::Stream).then(|| {
            let giver = own("giver");
            quote!(, #giver)
        });
        let result = self.result(called);
        quote! {
            move |(#(#names,)*) #giver| {
                #(#received)*
                #result
            }
        }
    }

    /// The function called, and what it returns as a result or an error.
    fn result(&self, called: &TokenStream) -> TokenStream {
        let (name, names, turbofish) = (self.name, self.names(), turbofish(self.signature));
        self.returned.result(&quote!(#name #turbofish (#(#names),*)), called)
    }
}
