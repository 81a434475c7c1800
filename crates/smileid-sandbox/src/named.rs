//! Enums whose variants people name: each variant beside its name and a sentence about it.

/// Defines an enum with the name of each variant and a sentence about it: `ALL`, `name`, `description` and `Display`. A second
/// form takes the variants in groups, and adds a method that returns the group of a variant.
macro_rules! named {
    ($(#[$doc:meta])* pub enum $enum:ident { $($variant:ident $name:literal $sentence:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $enum {
            $(#[doc = $sentence] $variant,)+
        }

        impl $enum {
            /// Every variant, in the order of the declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Returns its name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// Returns what it is or does, in a sentence.
            #[must_use]
            pub const fn description(self) -> &'static str {
                match self { $(Self::$variant => $sentence),+ }
            }
        }

        /// Shows the name.
        impl ::core::fmt::Display for $enum {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
    (
        $(#[$doc:meta])* pub enum $enum:ident {
            $(#[$group_doc:meta])* $vis:vis $method:ident: $kind:ident;
            $($group:ident { $($variant:ident $name:literal $sentence:literal;)+ })+
        }
    ) => {
        crate::named::named! { $(#[$doc])* pub enum $enum { $($($variant $name $sentence;)+)+ } }

        impl $enum {
            $(#[$group_doc])*
            #[must_use]
            $vis const fn $method(self) -> $kind {
                match self { $($(Self::$variant => $kind::$group,)+)+ }
            }
        }
    };
}

pub(crate) use named;
