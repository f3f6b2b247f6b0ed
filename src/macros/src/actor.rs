//! `#[actor]`: from an `impl` block to the block, and what makes handles to its type.
//!
//! Beside the block stand, in an unnamed constant, so that no name of theirs is seen: a *handle*, which has the block's methods
//! and makes calls of them, and two structs whose `remote` makes an actor, *once* for good or to be made *again* after a panic.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{
    Attribute, Error, FnArg, GenericParam, ImplItem, ImplItemFn, ItemImpl, ReceiverKind, Result, ReturnType, Signature,
    Type, parse2, spanned::Spanned,
};

use crate::signature::{Parameter, Words, check, check_named, is_result, outcome, parameters, plain, turbofish};

const CONSTRUCTOR: Words = Words { function: "an actor's constructor", run: "an actor" };
const METHOD: Words = Words { function: "a method of an actor", run: "a call" };

/// Methods that every handle has, or that would be found before the handle's.
const TAKEN: [&str; 6] = ["clone", "eq", "ne", "to_owned", "into", "try_into"];

/// The expansion; with errors in place of it, and the block unchanged, where it cannot be made.
pub(crate) fn expand(options: TokenStream, item: TokenStream) -> TokenStream {
    let block: ItemImpl = match parse2(item.clone()) {
        Ok(block) => block,
        Err(_) => {
            let error = Error::new_spanned(
                &item,
                "#[actor] goes on the `impl` block of a type: `#[actor] impl Counter { pub fn new() -> Self { .. } .. }`",
            );
            let error = error.into_compile_error();
            return quote!(#error #item);
        }
    };
    let made = if options.is_empty() {
        actor(&block)
    } else {
        Err(Error::new_spanned(
            options,
            "#[actor] takes no options: they are said where an actor is made, `Counter::options().name(\"votes\").remote(..)`",
        ))
    };
    let made = made.unwrap_or_else(Error::into_compile_error);
    quote!(#block #made)
}

/// What makes an actor.
struct Making {
    /// `remote` and `options` of the type.
    of_type: TokenStream,
    /// The two `remote`s of its options.
    of_options: TokenStream,
}

/// What all parts of the expansion need of the block.
struct Block<'a> {
    /// The type, as the block names it.
    of: &'a Type,
    name: &'a Ident,
    /// `T: Send`
    parameters: TokenStream,
    /// `<T>`
    arguments: TokenStream,
    bounds: TokenStream,
    /// Its `cfg`s.
    conditions: Vec<&'a Attribute>,
}

fn actor(block: &ItemImpl) -> Result<TokenStream> {
    let of = Block::new(block)?;
    let functions: Vec<&ImplItemFn> = block
        .items
        .iter()
        .filter_map(|item| match item {
            ImplItem::Fn(function) => Some(function),
            _ => None,
        })
        .collect();
    let new = functions.iter().find(|function| function.sig.ident == "new");
    let Some(new) = new else {
        return Err(Error::new_spanned(
            &block.self_ty,
            "an actor needs a constructor in this block: `pub fn new(..) -> Self`, or `-> Result<Self, E>`",
        ));
    };
    let methods: Vec<_> = functions.iter().filter(|function| function.sig.receiver().is_some()).collect();
    let (mut handle, mut errors) = (TokenStream::new(), Vec::new());
    let making = of.making(new).map_err(|error| errors.push(error)).ok();
    for method in methods {
        match of.method(method) {
            Ok(method) => handle.extend(method),
            Err(error) => errors.push(error),
        }
    }
    match making {
        Some(making) if errors.is_empty() => Ok(of.assemble(&making, &handle)),
        _ => Err(errors.into_iter().reduce(combined).expect("what was not made is an error")),
    }
}

fn combined(mut all: Error, error: Error) -> Error {
    all.combine(error);
    all
}

impl<'a> Block<'a> {
    fn new(block: &'a ItemImpl) -> Result<Self> {
        if let Some((path, _)) = &block.trait_ {
            return Err(Error::new_spanned(
                path,
                "#[actor] goes on the type's own `impl` block, with its `new`, not on that of a trait",
            ));
        }
        if let Some(GenericParam::Lifetime(lifetime)) =
            block.generics.params.iter().find(|parameter| matches!(parameter, GenericParam::Lifetime(_)))
        {
            return Err(Error::new_spanned(
                lifetime,
                "an actor has no lifetime parameters: it may outlive whoever makes it; let it own its values",
            ));
        }
        let name = match &*block.self_ty {
            Type::Path(path) if path.qself.is_none() => path.path.segments.last().map(|segment| &segment.ident),
            _ => None,
        };
        let Some(name) = name else {
            return Err(Error::new_spanned(&block.self_ty, "an actor is a type with a name: a struct or an enum"));
        };
        let (parameters, arguments, bounds) = block.generics.split_for_impl();
        Ok(Self {
            of: &block.self_ty,
            name,
            parameters: parameters.to_token_stream(),
            arguments: arguments.to_token_stream(),
            bounds: bounds.to_token_stream(),
            conditions: block.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect(),
        })
    }

    /// The same signature, where `Self` would be another type.
    fn outside(&self, signature: &Signature) -> Result<Signature> {
        parse2(without_self(signature.to_token_stream(), self.of))
    }

    /// `Counter::increment`
    fn text(&self, function: &Ident) -> String {
        format!("{}::{}", plain(self.name), plain(function))
    }

    fn handle(&self) -> Ident {
        format_ident!("__{}Handle", plain(self.name))
    }

    fn once(&self) -> Ident {
        format_ident!("__{}Once", plain(self.name))
    }

    fn again(&self) -> Ident {
        format_ident!("__{}Again", plain(self.name))
    }

    fn making(&self, new: &ImplItemFn) -> Result<Making> {
        let Self { of, parameters: generics, arguments, bounds, .. } = self;
        if let Some(receiver) = new.sig.receiver() {
            return Err(Error::new_spanned(receiver, "an actor's constructor has no `self`: it makes one"));
        }
        check(&new.sig, &CONSTRUCTOR)?;
        check_named(&new.sig.output, &CONSTRUCTOR)?;
        let signature = self.outside(&new.sig)?;
        let own = of.to_token_stream().to_string();
        match &signature.output {
            ReturnType::Type(_, made) if is_result(made) || made.to_token_stream().to_string() == own => {}
            output => {
                let place = if let ReturnType::Type(_, made) = output { made.span() } else { new.sig.ident.span() };
                return Err(Error::new(place, "an actor's constructor returns `Self`, or `Result<Self, E>`"));
            }
        }
        let parameters = parameters(&signature, &CONSTRUCTOR)?;
        let names: Vec<_> = parameters.iter().map(|parameter| &parameter.name).collect();
        let taken: Vec<_> = parameters.iter().map(Parameter::taken).collect();
        let (kept, received) = (parameters.iter().map(Parameter::kept), parameters.iter().map(Parameter::received));
        let taken_again = parameters.iter().map(Parameter::taken_again);
        let kept_again = parameters.iter().map(Parameter::kept_again);
        let received_again = parameters.iter().map(Parameter::received_again);
        let (own_generics, own_bounds) = (&signature.generics.params, &signature.generics.where_clause);
        let (text, turbofish) = (self.text(&new.sig.ident), turbofish(&signature));
        let (_, outcome) = outcome(&signature.output, &quote!(<#of>::new #turbofish (#(#names),*)), &text);
        let (visibility, conditions) = (&new.vis, &self.conditions);
        let (once, again) = (self.once(), self.again());
        let function = quote! {
            static FUNCTION: ::parlings::expanded::Function = ::parlings::expanded::Function::new(#text);
        };
        let make = quote! {
            /// Makes an actor, and returns a handle to it at once. The constructor runs on the actor's own thread, when its
            /// arguments are there.
            #[track_caller]
            #[must_use = "an actor ends when the last handle to it is dropped"]
            #[allow(dead_code, clippy::too_many_arguments, clippy::ptr_arg, reason = "the constructor's signature is its author's business")]
        };
        let actor = quote!(::parlings::expanded::ActorRef<#of>);
        let of_type = quote! {
            #(#conditions)*
            #[allow(clippy::allow_attributes, reason = "made by a macro")]
            impl #generics #of #bounds {
                #make
                #visibility fn remote<#own_generics>(#(#taken),*) -> #actor #own_bounds {
                    Self::options().remote(#(#names),*)
                }

                /// How an actor is to be: `options().name(..).remote(..)`.
                #[allow(dead_code, reason = "made by a macro")]
                #visibility fn options() -> ::parlings::expanded::ActorOptions<#of> {
                    ::parlings::expanded::ActorOptions::new()
                }
            }
        };
        let of_options = quote! {
            impl #generics #once #arguments #bounds {
                #make
                #visibility fn remote<#own_generics>(&self, #(#taken),*) -> #actor #own_bounds {
                    #function
                    self.0.make_once(&FUNCTION, (#(#kept,)*), |(#(#names,)*)| {
                        #(#received)*
                        #outcome
                    })
                }
            }

            impl #generics #again #arguments #bounds {
                #make
                #visibility fn remote<#own_generics>(&self, #(#taken_again),*) -> #actor #own_bounds {
                    #function
                    self.0.make_again(&FUNCTION, (#(#kept_again,)*), |(#(#names,)*)| {
                        #(#received_again)*
                        #outcome
                    })
                }
            }
        };
        Ok(Making { of_type, of_options })
    }

    /// The handle's method for one of the block's.
    fn method(&self, method: &ImplItemFn) -> Result<TokenStream> {
        check_receiver(&method.sig)?;
        check(&method.sig, &METHOD)?;
        check_named(&method.sig.output, &METHOD)?;
        let signature = self.outside(&method.sig)?;
        let parameters = parameters(&signature, &METHOD)?;
        let (of, name, visibility) = (self.of, &signature.ident, &method.vis);
        let names: Vec<_> = parameters.iter().map(|parameter| &parameter.name).collect();
        let (taken, kept) = (parameters.iter().map(Parameter::taken), parameters.iter().map(Parameter::kept));
        let received = parameters.iter().map(Parameter::received);
        let (generics, bounds) = (&signature.generics.params, &signature.generics.where_clause);
        let (text, turbofish) = (self.text(name), turbofish(&signature));
        // No parameter can have this name.
        let actor = Ident::new("actor", Span::mixed_site());
        let (value, outcome) =
            outcome(&signature.output, &quote!(<#of>::#name #turbofish (#actor, #(#names),*)), &text);
        let call = quote_spanned!(signature.output.span()=> self.0.call::<_, _, #value>);
        let kept_attributes = method.attrs.iter().filter(|attribute| {
            ["cfg", "doc", "deprecated", "must_use"].iter().any(|kept| attribute.path().is_ident(kept))
        });
        Ok(quote! {
            #(#kept_attributes)*
            #[track_caller]
            #[allow(dead_code, clippy::too_many_arguments, clippy::ptr_arg, reason = "the method's signature is its author's business")]
            #visibility fn #name<#generics>(&self, #(#taken),*) -> ::parlings::expanded::ObjectRef<#value> #bounds {
                static FUNCTION: ::parlings::expanded::Function = ::parlings::expanded::Function::new(#text);
                #call(&FUNCTION, (#(#kept,)*), move |#actor: &mut #of, (#(#names,)*)| {
                    #(#received)*
                    #outcome
                })
            }
        })
    }

    fn assemble(&self, making: &Making, methods: &TokenStream) -> TokenStream {
        let Self { of, parameters: generics, arguments, bounds, conditions, .. } = self;
        let Making { of_type, of_options } = making;
        let (handle, once, again) = (self.handle(), self.once(), self.again());
        let (name, expanded) = (plain(self.name), quote!(::parlings::expanded));
        let settings = quote!(#expanded::Settings<#of>);
        // With the type's place, as that is what does not fit where this fails.
        let is_actor = quote_spanned!(of.span()=> #expanded::Actor for #of);
        let make = |make: &Ident| {
            quote! {
                impl #generics #expanded::Make<#of> for #make #arguments #bounds {
                    fn new(settings: #settings) -> Self {
                        Self(settings)
                    }

                    fn settings(self) -> #settings {
                        self.0
                    }
                }
            }
        };
        let (make_once, make_again) = (make(&once), make(&again));
        quote! {
            #of_type

            #(#conditions)*
            #[allow(
                missing_docs, non_camel_case_types, non_local_definitions, unreachable_pub, clippy::allow_attributes,
                reason = "made by a macro"
            )]
            const _: () = {
                pub struct #handle #generics (#expanded::Calls<#of>) #bounds;
                pub struct #once #generics (#settings) #bounds;
                pub struct #again #generics (#settings) #bounds;

                impl #generics #is_actor #bounds {
                    const NAME: &'static str = #name;
                    type Handle = #handle #arguments;
                    type Once = #once #arguments;
                    type Again = #again #arguments;

                    fn handle(calls: #expanded::Calls<Self>) -> Self::Handle {
                        #handle(calls)
                    }

                    fn calls(handle: &Self::Handle) -> &#expanded::Calls<Self> {
                        &handle.0
                    }
                }

                #make_once
                #make_again
                #of_options

                impl #generics #handle #arguments #bounds {
                    #methods
                }
            };
        }
    }
}

fn check_receiver(signature: &Signature) -> Result<()> {
    let name = plain(&signature.ident);
    if TAKEN.contains(&name.as_str()) {
        return Err(Error::new_spanned(
            &signature.ident,
            format!(
                "a handle has a `{name}` of its own: give the method another name, or move it to an `impl` block without #[actor]"
            ),
        ));
    }
    if ["remote", "options"].contains(&name.as_str()) {
        return Err(Error::new_spanned(
            &signature.ident,
            format!("#[actor] makes a function `{name}`: give the method another name"),
        ));
    }
    let Some(receiver) = signature.inputs.first().and_then(|input| match input {
        FnArg::Receiver(receiver) => Some(receiver),
        FnArg::Typed(_) => None,
    }) else {
        return Ok(());
    };
    match &receiver.kind {
        ReceiverKind::Reference(_, None, _) => Ok(()),
        ReceiverKind::Reference(_, Some(lifetime), _) => {
            Err(Error::new_spanned(lifetime, "a method of an actor names no lifetimes: write `&self` or `&mut self`"))
        }
        _ => Err(Error::new_spanned(
            receiver,
            "a method of an actor takes `&self` or `&mut self`: the actor stays with its thread; move what is not for callers \
             to an `impl` block without #[actor]",
        )),
    }
}

/// The same tokens, with the type written out for `Self`.
fn without_self(tokens: TokenStream, of: &Type) -> TokenStream {
    let each = tokens.into_iter().flat_map(|token| match token {
        TokenTree::Ident(name) if name == "Self" => respanned(of.to_token_stream(), name.span()),
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), without_self(group.stream(), of));
            inner.set_span(group.span());
            TokenStream::from(TokenTree::Group(inner))
        }
        other => TokenStream::from(other),
    });
    each.collect()
}

/// The same tokens at another place.
fn respanned(tokens: TokenStream, span: Span) -> TokenStream {
    let each = tokens.into_iter().map(|mut token| {
        token.set_span(span.resolved_at(token.span()));
        token
    });
    each.collect()
}
