//! The bench's own structs: what a careful user would write by hand, generic over owned and borrowed text, so that every reader fills
//! the same. They are not the product's model.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A text that is made of what a reader has: borrowed where it can be, copied where not.
pub trait Text<'de>: Deserialize<'de> + Ord {
    fn borrowed(text: &'de str) -> Self;
    fn copied(text: &str) -> Self;
    fn moved(text: String) -> Self;
}

/// A text that borrows from the document where it holds no escape.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct Borrowed<'a>(pub Cow<'a, str>);

impl<'de> Text<'de> for Borrowed<'de> {
    fn borrowed(text: &'de str) -> Self {
        Self(Cow::Borrowed(text))
    }
    fn copied(text: &str) -> Self {
        Self(Cow::Owned(text.to_owned()))
    }
    fn moved(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}

impl<'de> Text<'de> for String {
    fn borrowed(text: &'de str) -> Self {
        text.to_owned()
    }
    fn copied(text: &str) -> Self {
        text.to_owned()
    }
    fn moved(text: String) -> Self {
        text
    }
}

impl<'de> Deserialize<'de> for Borrowed<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Borrowed<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Borrowed<'de>, E> {
                Ok(Borrowed::borrowed(text))
            }
            fn visit_str<E>(self, text: &str) -> Result<Borrowed<'de>, E> {
                Ok(Borrowed::copied(text))
            }
            fn visit_string<E>(self, text: String) -> Result<Borrowed<'de>, E> {
                Ok(Borrowed::moved(text))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

/// A value that is no container, as the wire mixes them.
pub enum Scalar<T> {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(T),
}

/// Any value.
pub enum Any<T> {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(T),
    Array(Vec<Self>),
    Object(BTreeMap<T, Self>),
}

/// The visits that give a value without parts.
macro_rules! scalars {
    ($of:ident) => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a value")
        }
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok($of::Null)
        }
        fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
            Ok($of::Bool(value))
        }
        fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
            Ok($of::Unsigned(value))
        }
        fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
            Ok($of::Signed(value))
        }
        fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
            Ok($of::Float(value))
        }
        fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
            Ok($of::Text(T::borrowed(text)))
        }
        fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
            Ok($of::Text(T::copied(text)))
        }
        fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
            Ok($of::Text(T::moved(text)))
        }
    };
}

impl<'de, T: Text<'de>> Deserialize<'de> for Scalar<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ScalarVisitor<T>(PhantomData<T>);
        impl<'de, T: Text<'de>> Visitor<'de> for ScalarVisitor<T> {
            type Value = Scalar<T>;
            scalars!(Scalar);
        }
        deserializer.deserialize_any(ScalarVisitor(PhantomData))
    }
}

impl<'de, T: Text<'de>> Deserialize<'de> for Any<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyVisitor<T>(PhantomData<T>);
        impl<'de, T: Text<'de>> Visitor<'de> for AnyVisitor<T> {
            type Value = Any<T>;
            scalars!(Any);
            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Any<T>, A::Error> {
                let mut array = Vec::new();
                while let Some(element) = elements.next_element()? {
                    array.push(element);
                }
                Ok(Any::Array(array))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Any<T>, A::Error> {
                let mut object = BTreeMap::new();
                while let Some((key, value)) = members.next_entry::<T, Self::Value>()? {
                    object.insert(key, value);
                }
                Ok(Any::Object(object))
            }
        }
        deserializer.deserialize_any(AnyVisitor(PhantomData))
    }
}

/// `result`: an object, or in places text.
pub enum Outcome<T> {
    Text(T),
    Entry(Box<Entry<T>>),
}

impl<'de, T: Text<'de>> Deserialize<'de> for Outcome<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OutcomeVisitor<T>(PhantomData<T>);
        impl<'de, T: Text<'de>> Visitor<'de> for OutcomeVisitor<T> {
            type Value = Outcome<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object or text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Outcome<T>, E> {
                Ok(Outcome::Text(T::borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Outcome<T>, E> {
                Ok(Outcome::Text(T::copied(text)))
            }
            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Outcome<T>, A::Error> {
                Entry::deserialize(MapAccessDeserializer::new(members)).map(|entry| Outcome::Entry(Box::new(entry)))
            }
        }
        deserializer.deserialize_any(OutcomeVisitor(PhantomData))
    }
}

/// A struct of optional fields and a map of all others, with its visitor written out: serde's `flatten` costs a multiple.
macro_rules! object {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty = $key:literal,)* }) => {
        $(#[$doc])*
        pub struct $name<T> {
            $(pub $field: Option<$type>,)*
            pub others: BTreeMap<T, Any<T>>,
        }

        const _: () = {
            #[expect(non_camel_case_types, reason = "named for the fields")]
            enum Key<T> { $($field,)* other(T) }

            impl<'de, T: Text<'de>> Deserialize<'de> for Key<T> {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    struct KeyVisitor<T>(PhantomData<T>);
                    impl<'de, T: Text<'de>> Visitor<'de> for KeyVisitor<T> {
                        type Value = Key<T>;
                        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                            f.write_str("a key")
                        }
                        fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<T>, E> {
                            Ok(match key { $($key => Key::$field,)* _ => Key::other(T::borrowed(key)) })
                        }
                        fn visit_str<E>(self, key: &str) -> Result<Key<T>, E> {
                            Ok(match key { $($key => Key::$field,)* _ => Key::other(T::copied(key)) })
                        }
                    }
                    deserializer.deserialize_identifier(KeyVisitor(PhantomData))
                }
            }

            impl<'de, T: Text<'de>> Deserialize<'de> for $name<T> {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    struct ObjectVisitor<T>(PhantomData<T>);
                    impl<'de, T: Text<'de>> Visitor<'de> for ObjectVisitor<T> {
                        type Value = $name<T>;
                        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                            f.write_str("an object")
                        }
                        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<$name<T>, A::Error> {
                            let mut object = $name { $($field: None,)* others: BTreeMap::new() };
                            while let Some(key) = members.next_key::<Key<T>>()? {
                                match key {
                                    $(Key::$field => {
                                        if object.$field.is_some() {
                                            return Err(Error::duplicate_field($key));
                                        }
                                        object.$field = Some(members.next_value()?);
                                    })*
                                    Key::other(key) => {
                                        object.others.insert(key, members.next_value()?);
                                    }
                                }
                            }
                            Ok(object)
                        }
                    }
                    deserializer.deserialize_map(ObjectVisitor(PhantomData))
                }
            }
        };
    };
}

object! {
    /// A reply.
    Reply {
        timestamp: Scalar<T> = "timestamp",
        signature: T = "signature",
        job_complete: Scalar<T> = "job_complete",
        job_success: Scalar<T> = "job_success",
        code: Scalar<T> = "code",
        result: Outcome<T> = "result",
        image_links: Links<T> = "image_links",
        history: Vec<Entry<T>> = "history",
    }
}

object! {
    /// `image_links`
    Links {
        selfie_image: T = "selfie_image",
    }
}

object! {
    /// `PartnerParams`
    Params {
        job_id: T = "job_id",
        user_id: T = "user_id",
        job_type: Scalar<T> = "job_type",
    }
}

object! {
    /// A result, or an entry of the history.
    Entry {
        result_code: Scalar<T> = "ResultCode",
        result_text: T = "ResultText",
        result_type: T = "ResultType",
        smile_job_id: T = "SmileJobID",
        json_version: T = "JSONVersion",
        is_final_result: Scalar<T> = "IsFinalResult",
        is_machine_result: Scalar<T> = "IsMachineResult",
        confidence_value: Scalar<T> = "ConfidenceValue",
        partner_params: Params<T> = "PartnerParams",
        dob: T = "DOB",
        id_type: T = "IDType",
        country: T = "Country",
        full_name: T = "FullName",
        expiration_date: T = "ExpirationDate",
        id_number: T = "IDNumber",
        photo: T = "Photo",
        actions: BTreeMap<T, T> = "Actions",
    }
}
