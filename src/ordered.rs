//! A map and a set in the order of their keys, each one sorted `Vec`. They are for the hundreds of things that
//! a bounded input holds: the trees and sorts of the standard library are made anew for every type of key, and
//! that code is the larger part of what a browser would load. An insertion moves what comes after it.

use core::borrow::Borrow;
use std::{slice, vec};

/// Values by key, in the order of the keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Map<K, V>(Vec<(K, V)>);

impl<K: Ord, V> Map<K, V> {
    /// Puts a value in; the one that was there before comes out.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find(&key) {
            Ok(at) => self
                .0
                .get_mut(at)
                .map(|(_, old)| core::mem::replace(old, value)),
            Err(at) => {
                self.0.insert(at, (key, value));
                None
            }
        }
    }

    /// The value of a key, which is a default one where there was none.
    pub(crate) fn entry(&mut self, key: K) -> Option<&mut V>
    where
        V: Default,
    {
        let at = match self.find(&key) {
            Ok(at) => at,
            Err(at) => {
                self.0.insert(at, (key, V::default()));
                at
            }
        };
        self.0.get_mut(at).map(|(_, value)| value)
    }

    /// The value of a key.
    pub(crate) fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let at = self.find(key).ok()?;
        self.0.get(at).map(|(_, value)| value)
    }

    /// Whether there is a value.
    pub(crate) fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.find(key).is_ok()
    }

    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        self.0
            .binary_search_by(|(known, _)| known.borrow().cmp(key))
    }
}

impl<K, V> Map<K, V> {
    /// A map of nothing.
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// How many keys there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The keys in their order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &K> {
        self.0.iter().map(|(key, _)| key)
    }

    /// The values in the order of their keys.
    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }

    /// The same, taken out.
    pub(crate) fn into_values(self) -> impl Iterator<Item = V> {
        self.0.into_iter().map(|(_, value)| value)
    }

    /// Keys with their values, taken out.
    pub(crate) fn into_entries(self) -> vec::IntoIter<(K, V)> {
        self.0.into_iter()
    }

    /// Keys with their values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.0.iter().map(|(key, value)| (key, value))
    }
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

/// Of two values of one key the later stays.
impl<K: Ord, V> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        for (key, value) in entries {
            map.insert(key, value);
        }
        map
    }
}

/// Keys alone, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Set<T>(Vec<T>);

impl<T: Ord> Set<T> {
    /// Puts an element in; whether it is new.
    pub(crate) fn insert(&mut self, element: T) -> bool {
        match self.0.binary_search(&element) {
            Ok(_) => false,
            Err(at) => {
                self.0.insert(at, element);
                true
            }
        }
    }

    /// Takes an element out; whether it was there.
    pub(crate) fn remove(&mut self, element: &T) -> bool {
        match self.0.binary_search(element) {
            Ok(at) => {
                self.0.remove(at);
                true
            }
            Err(_) => false,
        }
    }

    /// Whether the element is there.
    pub(crate) fn contains<Q: Ord + ?Sized>(&self, element: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.0
            .binary_search_by(|known| known.borrow().cmp(element))
            .is_ok()
    }
}

impl<T> Set<T> {
    /// A set of nothing.
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// How many elements there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The elements in their order.
    pub(crate) fn iter(&self) -> slice::Iter<'_, T> {
        self.0.iter()
    }
}

impl<T> Default for Set<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Ord> Extend<T> for Set<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, elements: I) {
        for element in elements {
            self.insert(element);
        }
    }
}

impl<T: Ord> FromIterator<T> for Set<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        let mut set = Self::new();
        set.extend(elements);
        set
    }
}

impl<T> IntoIterator for Set<T> {
    type Item = T;
    type IntoIter = vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// The elements in the order of a key; those of one key stay in theirs.
pub(crate) fn by_key<T, K: Ord>(
    elements: impl IntoIterator<Item = T>,
    key: impl Fn(&T) -> K,
) -> Vec<T> {
    let mut sorted: Vec<T> = Vec::new();
    for element in elements {
        let own = key(&element);
        let at = sorted.partition_point(|earlier| key(earlier) <= own);
        sorted.insert(at, element);
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::{Map, Set, by_key};
    use std::collections::{BTreeMap, BTreeSet};

    const NUMBERS: [u32; 9] = [5, 3, 9, 3, 0, 7, 5, 1, 5];

    #[test]
    fn a_map_is_as_a_tree() {
        let (mut map, mut tree) = (Map::new(), BTreeMap::new());
        for (at, number) in NUMBERS.iter().enumerate() {
            assert_eq!(map.insert(*number, at), tree.insert(*number, at));
            assert_eq!(map.len(), tree.len());
        }
        assert!(map.iter().eq(tree.iter()));
        assert!(map.keys().eq(tree.keys()));
        assert!(map.values().eq(tree.values()));
        for number in 0..11 {
            assert_eq!(map.get(&number), tree.get(&number));
            assert_eq!(map.contains_key(&number), tree.contains_key(&number));
        }
        *map.entry(3).unwrap() += 1;
        *map.entry(8).unwrap() += 1;
        *tree.entry(3).or_default() += 1;
        *tree.entry(8).or_default() += 1;
        assert!(map.clone().into_entries().eq(tree.clone()));
        map = NUMBERS.into_iter().zip(0..).collect();
        tree = NUMBERS.into_iter().zip(0..).collect();
        let again: Map<u32, usize> = NUMBERS.into_iter().zip(0..).collect();
        assert_eq!(again, map);
        assert!(map.into_values().eq(tree.into_values()));
    }

    #[test]
    fn a_set_is_as_a_tree() {
        let (mut set, mut tree) = (Set::new(), BTreeSet::new());
        for number in NUMBERS {
            assert_eq!(set.insert(number), tree.insert(number));
        }
        for number in [3, 4, 3] {
            assert_eq!(set.remove(&number), tree.remove(&number));
            assert_eq!(set.contains(&number), tree.contains(&number));
        }
        assert_eq!((set.len(), set.is_empty()), (tree.len(), tree.is_empty()));
        assert!(set.iter().eq(tree.iter()));
        assert!(set.into_iter().eq(tree));
    }

    #[test]
    fn what_has_one_key_keeps_its_order() {
        let words = ["b2", "a1", "b1", "a2", "b0"];
        let mut expected = words.to_vec();
        expected.sort_by_key(|word| word.chars().next());
        assert_eq!(by_key(words, |word| word.chars().next()), expected);
    }
}
