//! Plain data before it has a type: what JavaScript and JSON files share. Every type of the boundary is
//! read from this one form, so that its code exists once, and a tagged `enum` is read from it by hand.
//! It holds no fractions: no type of the crate has one.

use core::fmt::{self, Display};

use serde::de::{
    self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
    Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};

/// One value and all that it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// `null`, and `undefined`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A string.
    Text(String),
    /// A `Uint8Array`.
    Bytes(Vec<u8>),
    /// An array.
    List(Vec<Value>),
    /// An object.
    Map(Vec<(String, Value)>),
    /// Something that no type of the crate is read from.
    Other(&'static str),
}

impl Value {
    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Integer(_) => "an integer",
            Self::Text(_) => "a string",
            Self::Bytes(_) => "bytes",
            Self::List(_) => "an array",
            Self::Map(_) => "an object",
            Self::Other(kind) => kind,
        }
    }

    fn invalid(&self, expected: &dyn de::Expected) -> Error {
        Error(format!("found {}, expected {expected}", self.kind()))
    }

    /// A whole number from `least` to `most`.
    fn whole(self, least: i64, most: i64) -> Result<i64, Error> {
        match self {
            Self::Integer(number) if (least..=most).contains(&number) => Ok(number),
            Self::Integer(number) => Err(Error(format!(
                "found {number}, expected a whole number from {least} to {most}"
            ))),
            other => Err(other.invalid(&"a whole number")),
        }
    }
}

/// Why a value is not of the wanted type, and where in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Error(String);

impl Error {
    /// For a `kind` that is none.
    pub(crate) fn unknown_kind(kind: &str) -> Self {
        Self(format!("unknown kind `{kind}`"))
    }

    fn of_field(self, name: &str, absent: bool) -> Self {
        if absent {
            Self(format!("missing field `{name}`"))
        } else {
            self.within(&name)
        }
    }

    /// The same, seen from the holder of `place`.
    fn within(self, place: &dyn Display) -> Self {
        Self(format!("{place}: {}", self.0))
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }

    // Unlike serde's own words these print no fractions, whose printer is large.
    fn invalid_type(_: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self(format!("not {expected}"))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        match found {
            Unexpected::Signed(number) => Self(format!("found {number}, expected {expected}")),
            _ => Self(format!("not {expected}")),
        }
    }
}

/// The fields of an object, for the types that are read by hand.
pub(crate) struct Fields(Vec<(String, Value)>);

impl Fields {
    /// Reads an object.
    pub(crate) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Map(fields) => Ok(Self(fields)),
            other => Err(de::Error::custom(other.invalid(&"an object"))),
        }
    }

    /// The `kind` that tells the objects of one type apart.
    pub(crate) fn kind(&mut self) -> Result<String, Error> {
        self.take("kind")
    }

    /// Takes a field out; an optional one may be absent.
    pub(crate) fn take<T: de::DeserializeOwned>(&mut self, name: &str) -> Result<T, Error> {
        let value = self.value(name);
        let absent = value.is_none();
        T::deserialize(value.unwrap_or(Value::Null)).map_err(|error| error.of_field(name, absent))
    }

    /// Takes a field out, or what stands for it where it is absent.
    pub(crate) fn take_or<T: de::DeserializeOwned>(
        &mut self,
        name: &str,
        default: T,
    ) -> Result<T, Error> {
        match self.value(name) {
            Some(value) => T::deserialize(value).map_err(|error| error.of_field(name, false)),
            None => Ok(default),
        }
    }

    /// Takes a field out, or its default where it is absent.
    pub(crate) fn take_or_default<T>(&mut self, name: &str) -> Result<T, Error>
    where
        T: de::DeserializeOwned + Default,
    {
        Ok(self.take::<Option<T>>(name)?.unwrap_or_default())
    }

    /// What was not taken.
    pub(crate) fn rest<T: de::DeserializeOwned>(self) -> Result<T, Error> {
        T::deserialize(Value::Map(self.0))
    }

    fn value(&mut self, name: &str) -> Option<Value> {
        let at = self.0.iter().position(|(field, _)| field == name)?;
        Some(self.0.swap_remove(at).1)
    }
}

/// Reads a type that is an object told apart by its `kind`, or put together from others: `$read` makes it of
/// the [`Fields`].
macro_rules! read_from_fields {
    ($type:ty, $read:path) => {
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let fields = $crate::value::Fields::read(deserializer)?;
                $read(fields).map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use read_from_fields;

/// Reads a `struct` from an object: each field with its name there. `or default` is for a field that may be
/// absent; after the type it says so of all, and the absent ones are those of its default. Other fields are
/// passed over. What serde derives does the same in four times the code.
macro_rules! read_struct {
    ($type:ident $(<$of:ident>)? { $($field:ident: $name:literal $(or $default:ident)?,)+ }) => {
        impl<'de $(, $of: serde::de::DeserializeOwned)?> serde::Deserialize<'de> for $type$(<$of>)? {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                fn read$(<$of: serde::de::DeserializeOwned>)?(
                    mut fields: $crate::value::Fields,
                ) -> Result<$type$(<$of>)?, $crate::value::Error> {
                    Ok($type {
                        $($field: $crate::value::read_struct!(@ fields $name $($default)?),)+
                    })
                }
                let fields = $crate::value::Fields::read(deserializer)?;
                read(fields).map_err(serde::de::Error::custom)
            }
        }
    };
    ($type:ident or default { $($field:ident: $name:literal,)+ }) => {
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                fn read(
                    mut fields: $crate::value::Fields,
                ) -> Result<$type, $crate::value::Error> {
                    let default = $type::default();
                    Ok($type {
                        $($field: fields.take_or($name, default.$field)?,)+
                    })
                }
                let fields = $crate::value::Fields::read(deserializer)?;
                read(fields).map_err(serde::de::Error::custom)
            }
        }
    };
    (@ $fields:ident $name:literal) => { $fields.take($name)? };
    (@ $fields:ident $name:literal default) => { $fields.take_or($name, Default::default())? };
}
pub(crate) use read_struct;

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("plain data")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(i64::try_from(value).map_or(Value::Other("a large number"), Value::Integer))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Value, E> {
        Ok(Value::Other("something else"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::Text(value))
    }

    fn visit_byte_buf<E>(self, value: Vec<u8>) -> Result<Value, E> {
        Ok(Value::Bytes(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = access.next_element()? {
            list.push(value);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut fields: Vec<(String, Value)> = Vec::new();
        while let Some((name, value)) = access.next_entry::<String, Value>()? {
            if fields.iter().any(|(known, _)| *known == name) {
                return Err(de::Error::custom(format_args!("duplicate field `{name}`")));
            }
            fields.push((name, value));
        }
        Ok(Value::Map(fields))
    }
}

impl<'de> Deserializer<'de> for Value {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Null => visitor.visit_unit(),
            Self::Bool(value) => visitor.visit_bool(value),
            Self::Integer(value) => visitor.visit_i64(value),
            Self::Text(value) => visitor.visit_string(value),
            Self::Bytes(value) => visitor.visit_byte_buf(value),
            Self::List(_) => self.deserialize_seq(visitor),
            Self::Map(_) => self.deserialize_map(visitor),
            // A fraction stands for all of them: nothing but another `Value` takes one.
            Self::Other(_) => visitor.visit_f64(f64::NAN),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Bool(value) => visitor.visit_bool(value),
            other => Err(other.invalid(&visitor)),
        }
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.whole(i64::MIN, i64::MAX)
            .and_then(|number| visitor.visit_i64(number))
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.whole(0, u8::MAX.into())
            .and_then(|number| visitor.visit_i64(number))
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.whole(0, u16::MAX.into())
            .and_then(|number| visitor.visit_i64(number))
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.whole(0, u32::MAX.into())
            .and_then(|number| visitor.visit_i64(number))
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.whole(0, i64::MAX)
            .and_then(|number| visitor.visit_i64(number))
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Text(value) => visitor.visit_string(value),
            other => Err(other.invalid(&visitor)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Null => visitor.visit_none(),
            some => visitor.visit_some(some),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Null => visitor.visit_unit(),
            other => Err(other.invalid(&visitor)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::List(list) => visitor.visit_seq(Elements {
                at: 0,
                list: list.into_iter(),
            }),
            other => Err(other.invalid(&visitor)),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Map(fields) => visitor.visit_map(Entries {
                fields: fields.into_iter(),
                value: None,
            }),
            other => Err(other.invalid(&visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self {
            // Every enum without a tag is a list of words.
            Self::Text(word) => visitor.visit_enum(word.into_deserializer()),
            other => Err(other.invalid(&format!("one of `{}`", words.join("`, `")).as_str())),
        }
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u128 f32 f64 char bytes byte_buf unit_struct tuple_struct
    }
}

struct Elements {
    at: usize,
    list: std::vec::IntoIter<Value>,
}

impl<'de> SeqAccess<'de> for Elements {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let Some(value) = self.list.next() else {
            return Ok(None);
        };
        let at = self.at;
        self.at = at.saturating_add(1);
        match seed.deserialize(value) {
            Ok(value) => Ok(Some(value)),
            Err(error) => Err(error.within(&at)),
        }
    }
}

struct Entries {
    fields: std::vec::IntoIter<(String, Value)>,
    value: Option<(String, Value)>,
}

impl<'de> MapAccess<'de> for Entries {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some((name, value)) = self.fields.next() else {
            return Ok(None);
        };
        let key = seed.deserialize(Value::Text(name.clone()))?;
        self.value = Some((name, value));
        Ok(Some(key))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        let (name, value) = self.value.take().unwrap_or((String::new(), Value::Null));
        seed.deserialize(value).map_err(|error| error.within(&name))
    }
}
