//! What kind of image bytes are, only by the first ones: neither a header field nor a name says it.

smileid_core::__words! {
    /// A kind of image.
    #[non_exhaustive]
    pub enum MediaType {
        /// `image/jpeg`
        Jpeg = "image/jpeg",
        /// `image/png`
        Png = "image/png",
        /// `image/webp`
        Webp = "image/webp",
        /// `image/gif`
        Gif = "image/gif",
        /// `image/heic`, as telephones write it.
        Heic = "image/heic",
        /// `image/avif`
        Avif = "image/avif",
    }
}

impl MediaType {
    /// Returns what the bytes begin as, or `None` if it is no image that is known.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            // A box of ISO base media, named by its major brand.
            [0, 0, 0, _, b'f', b't', b'y', b'p', brand @ ..] => match brand {
                [b'h', b'e', b'i', b'c' | b'x', ..] | [b'm', b'i', b'f', b'1', ..] => Some(Self::Heic),
                [b'a', b'v', b'i', b'f' | b's', ..] => Some(Self::Avif),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns what a file's name ends with, without the dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Gif => "gif",
            Self::Heic => "heic",
            Self::Avif => "avif",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_recognised_by_their_first_bytes() {
        for (bytes, kind) in [
            (&b"\xff\xd8\xff\xe0\0\x10JFIF"[..], Some(MediaType::Jpeg)),
            (b"\xff\xd8\xff", Some(MediaType::Jpeg)),
            (b"\x89PNG\r\n\x1a\n....", Some(MediaType::Png)),
            (b"RIFF\x01\x02\x03\x04WEBPVP8 ", Some(MediaType::Webp)),
            (b"GIF87a", Some(MediaType::Gif)),
            (b"GIF89a..", Some(MediaType::Gif)),
            (b"\0\0\0\x18ftypheic\0", Some(MediaType::Heic)),
            (b"\0\0\0\x18ftypmif1\0", Some(MediaType::Heic)),
            (b"\0\0\0\x1cftypavif\0", Some(MediaType::Avif)),
            (b"", None),
            (b"\xff\xd8", None),
            (b"\x89PNG\n", None),
            (b"RIFF\x01\x02\x03\x04WAVE", None),
            (b"GIF88a", None),
            (b"\0\0\0\x18ftypmp42", None),
            (b"<html><body>", None),
            (b"<?xml version=\"1.0\"?><svg>", None),
            (b"{\"error\":1}", None),
            (b"%PDF-1.7", None),
            (b"\x1f\x8b\x08\0", None),
            (b"MZ\x90\0", None),
            (b" \xff\xd8\xff", None),
        ] {
            assert_eq!(MediaType::of(bytes), kind, "{bytes:?}");
        }
    }
}
