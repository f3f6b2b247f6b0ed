//! `options()`: a builder for one call.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{Form, Parameter, Remote, own};

impl Remote<'_> {
    /// The function `options` and the types of its builder. These are nobody's to name.
    ///
    /// A call with retries copies its arguments, so it is another type, whose `remote` takes only what is `Clone`.
    pub(super) fn options(&self) -> TokenStream {
        let Self { visibility, name, text, .. } = self;
        let options = format_ident!("{text}_options");
        let retried = format_ident!("{text}_retried");
        let (into, submit) = (self.into(), self.call_submit());
        let (common, head) = (self.common(), self.head(Parameter::taken, Some(quote!(self))));
        let body = self.body(&quote!(::parlings::expanded::running()));
        let special = match self.returned.form {
            Form::Stream => self.buffer(),
            Form::Plain | Form::Returns => self.max_retries(&quote!(#retried)),
        };
        let retried = match self.returned.form {
            Form::Stream => None,
            Form::Plain | Form::Returns => {
                let head = self.head(Parameter::taken_again, Some(quote!(self)));
                let kept = self.parameters.iter().map(Parameter::kept_again);
                let (body, retries) = (self.retried_body(), own("retries"));
                Some(quote! {
                    #[must_use = "a call with options is submitted by `remote`"]
                    #[allow(non_camel_case_types, unreachable_pub, clippy::allow_attributes, reason = "made by a macro")]
                    pub struct #retried(::parlings::expanded::Options);

                    #[allow(clippy::allow_attributes, reason = "made by a macro")]
                    impl #retried {
                        #common

                        /// Submits a call as a task, which is made again if it fails.
                        #head {
                            let #retries = self.0.retries();
                            #submit(self.0, (#(#kept,)*), #body)
                        }
                    }
                })
            }
        };
        let none = self.no_options();
        let about =
            format!("Begins a call of `{text}` that differs from the usual: `{text}::options().name(..).remote(..)`.");
        quote! {
            #[must_use = "a call with options is submitted by `remote`"]
            #[allow(non_camel_case_types, unreachable_pub, clippy::allow_attributes, reason = "made by a macro")]
            pub struct #options(::parlings::expanded::Options);

            #[allow(clippy::allow_attributes, reason = "made by a macro")]
            impl #name {
                #[doc = #about]
                #[allow(dead_code, private_interfaces, reason = "made by a macro")]
                #visibility fn options() -> #options {
                    #options(#none)
                }
            }

            #[allow(clippy::allow_attributes, reason = "made by a macro")]
            impl #options {
                #common
                #special

                /// Submits a call as a task, and returns what stands for its coming results at once.
                #head {
                    #submit(self.0, (#(#into,)*), #body)
                }
            }

            #retried
        }
    }

    /// The options that every call has.
    fn common(&self) -> TokenStream {
        let visibility = self.visibility;
        quote! {
            /// What records and errors call the task.
            #[allow(dead_code, reason = "made by a macro")]
            #visibility fn name(self, name: &str) -> Self {
                Self(self.0.with_name(name))
            }

            /// How many worker slots the task holds while it runs: one without more; none for one that only waits.
            #[allow(dead_code, reason = "made by a macro")]
            #visibility fn num_cpus(self, slots: usize) -> Self {
                Self(self.0.with_slots(slots))
            }
        }
    }

    fn max_retries(&self, retried: &TokenStream) -> TokenStream {
        let visibility = self.visibility;
        quote! {
            /// How often the function is called again after a panic or an error, each time with a copy of its arguments.
            #[allow(dead_code, reason = "made by a macro")]
            #visibility fn max_retries(self, retries: u32) -> #retried {
                #retried(self.0.with_retries(retries))
            }
        }
    }

    fn buffer(&self) -> TokenStream {
        let visibility = self.visibility;
        quote! {
            /// How many items the task makes before they are taken: two without more; with none, each when it is asked for.
            #[allow(dead_code, reason = "made by a macro")]
            #visibility fn buffer(self, items: usize) -> Self {
                Self(self.0.with_buffer(items))
            }
        }
    }

    fn retried_body(&self) -> TokenStream {
        let names = self.names();
        let received = self.parameters.iter().map(Parameter::received_again);
        let result = self.result(&quote!(::parlings::expanded::running()));
        let (arguments, retries) = (own("arguments"), own("retries"));
        quote! {
            move |mut #arguments| ::parlings::expanded::retry(#retries, || {
                let (#(#names,)*) = &mut #arguments;
                #(#received)*
                #result
            })
        }
    }
}
