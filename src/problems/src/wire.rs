//! How a result crosses from the child to its parent: plain bytes for plain data, cheap on both sides of the clock.

/// A result that can be sent as bytes.
pub trait Wire: Send + Sized + 'static {
    /// The bytes of this value.
    fn to_bytes(&self) -> Vec<u8>;
    /// The value of these bytes; `None` where they are not one. The bytes come from a student's process: anything may stand there.
    fn from_bytes(bytes: &[u8]) -> Option<Self>;
}

/// Eight bytes, little-endian.
impl Wire for u64 {
    fn to_bytes(&self) -> Vec<u8> {
        self.to_le_bytes().to_vec()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(u64::from_le_bytes)
    }
}

/// The bytes themselves.
impl Wire for Vec<u8> {
    fn to_bytes(&self) -> Vec<u8> {
        self.clone()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(bytes.to_vec())
    }
}

/// Eight bytes a number, little-endian, one number after the other.
impl Wire for Vec<f64> {
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![0; self.len() * size_of::<f64>()];
        for (place, number) in bytes.as_chunks_mut().0.iter_mut().zip(self) {
            *place = number.to_le_bytes();
        }
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (numbers, rest) = bytes.as_chunks();
        rest.is_empty().then(|| numbers.iter().map(|&number| f64::from_le_bytes(number)).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn lists_come_back(bytes: Vec<u8>, bits: Vec<u64>) {
            prop_assert_eq!(Vec::<u8>::from_bytes(&bytes.to_bytes()), Some(bytes));
            let numbers: Vec<f64> = bits.iter().map(|&bits| f64::from_bits(bits)).collect();
            let back = Vec::<f64>::from_bytes(&numbers.to_bytes()).expect("what was sent can be read");
            prop_assert_eq!(back.iter().map(|number| number.to_bits()).collect::<Vec<_>>(), bits);
        }
    }

    #[test]
    fn numbers_are_little_endian_and_whole() {
        assert_eq!(vec![1.0, -0.0].to_bytes(), [0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0x80]);
        assert_eq!(Vec::<f64>::from_bytes(&[0; 15]), None);
        assert_eq!(u64::from_bytes(&[0; 9]), None);
    }
}
