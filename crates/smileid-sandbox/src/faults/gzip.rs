//! Bodies in gzip: sound, corrupt, and a bomb. They are made here, and none is sent.

use std::io::{self, Write};
use std::sync::OnceLock;

use flate2::write::{DeflateEncoder, GzEncoder};
use flate2::{Compression, Crc};

/// What a bomb inflates to.
const BOMB_BYTES: usize = 512 << 20;
/// The bomb is one piece of this size, again and again.
const PIECE_BYTES: usize = 1 << 20;
/// The head of a gzip member without a name or a time.
const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
/// The last block of a deflate stream, empty.
const LAST_BLOCK: [u8; 2] = [3, 0];

pub(super) fn packed(plain: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain)?;
    encoder.finish()
}

/// Compresses with a wrong checksum.
pub(super) fn corrupt(plain: &[u8]) -> io::Result<Vec<u8>> {
    let mut bytes = packed(plain)?;
    // The last eight bytes are the checksum and the length.
    let checksum = bytes.len().saturating_sub(8);
    if let Some(byte) = bytes.get_mut(checksum) {
        *byte ^= 1;
    }
    Ok(bytes)
}

/// One sound member of half a MiB that inflates to 512 MiB of spaces. It is made once.
pub(super) fn bomb() -> &'static [u8] {
    static BOMB: OnceLock<Vec<u8>> = OnceLock::new();
    BOMB.get_or_init(|| {
        let (piece, crc) = piece().unwrap_or_default();
        let mut bomb = HEAD.to_vec();
        let mut whole = Crc::new();
        for _ in 0..BOMB_BYTES / PIECE_BYTES {
            bomb.extend_from_slice(&piece);
            whole.combine(&crc);
        }
        bomb.extend_from_slice(&LAST_BLOCK);
        bomb.extend_from_slice(&whole.sum().to_le_bytes());
        bomb.extend_from_slice(&u32::try_from(BOMB_BYTES).unwrap_or_default().to_le_bytes());
        bomb
    })
}

/// A deflated piece that ends on a byte and refers to nothing before it, with the checksum of what it inflates to.
fn piece() -> io::Result<(Vec<u8>, Crc)> {
    let plain = vec![b' '; PIECE_BYTES];
    let mut crc = Crc::new();
    crc.update(&plain);
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&plain)?;
    encoder.flush()?;
    Ok((encoder.get_ref().clone(), crc))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;

    #[test]
    fn the_bomb_is_small_and_inflates_to_what_it_says() {
        assert!(bomb().len() < 1 << 20, "{}", bomb().len());
        // The beginning is enough: the whole takes a while without optimisation, and its end is below.
        let mut beginning = Vec::new();
        GzDecoder::new(bomb()).take(3 << 20).read_to_end(&mut beginning).unwrap();
        assert!(beginning.len() == 3 << 20 && beginning.iter().all(|byte| *byte == b' '));
        let length = bomb().last_chunk::<4>().copied().map(u32::from_le_bytes);
        assert_eq!(length, Some(512 << 20));
    }

    #[test]
    fn corrupt_gzip_inflates_and_then_fails() {
        let mut plain = Vec::new();
        assert!(GzDecoder::new(packed(b"{}").unwrap().as_slice()).read_to_end(&mut plain).is_ok());
        assert_eq!(plain, b"{}");
        assert!(GzDecoder::new(corrupt(b"{}").unwrap().as_slice()).read_to_end(&mut plain).is_err());
    }
}
