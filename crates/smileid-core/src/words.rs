//! Enums of words: each variant beside the word that people's scripts read.

/// Defines an enum with the word of each variant: `ALL`, `as_str` and `Display`. For the crates of this workspace, outside semver.
#[doc(hidden)]
#[macro_export]
macro_rules! __words {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$word_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$word_doc])* $variant,)*
        }

        impl $name {
            /// Every one that there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            #[doc = concat!("Returns the word for it, one of", $(" `", $word, "`",)* ".")]
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        /// Shows the word.
        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

/// Defines an enum of words of the wire, of which the service may use others: `KNOWN`, `as_str` and `of`.
macro_rules! open_words {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$word_doc:meta])* $word:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$word_doc])* $word,)*
            /// A word that is not known. Its text is available from the reply.
            Other,
        }

        impl $name {
            /// Every word that is known, in the order of the sources.
            pub const KNOWN: &[Self] = &[$(Self::$word,)*];

            #[doc = concat!("Returns the text that the service writes for it, one of", $(" `", $text, "`",)* "; `None` for [`Other`](Self::Other).")]
            #[must_use]
            pub const fn as_str(self) -> Option<&'static str> {
                match self {
                    $(Self::$word => Some($text),)*
                    Self::Other => None,
                }
            }

            /// Returns what a text on the wire means.
            #[must_use]
            pub fn of(text: &str) -> Self {
                match text {
                    $($text => Self::$word,)*
                    _ => Self::Other,
                }
            }
        }
    };
}
