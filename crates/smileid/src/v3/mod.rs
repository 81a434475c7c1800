//! The v3 API. It is not yet tested against the service, and may change in any release, outside semver.
//!
//! A job id is one that the service made, and the answer is [`FromService`]: only TLS vouches for it. `clear` does not say of what, so name the product
//! with [`JobRef::of`].

#[cfg(feature = "async")]
mod client;

#[cfg(feature = "blocking")]
pub mod blocking;

pub use smileid_v3::{
    Answer, Config, Decided, Decision, FromService, JobRef, Origin, OriginPolicy, PartnerForm, Product, Waiting,
    Webhook, WebhookHeaders, WebhookStage,
};

#[cfg(feature = "async")]
pub use self::client::Client;
