//! Links to pictures that expire, and the pictures themselves, drawn when they are asked for. No person is on any of them.

use core::fmt;
use core::time::Duration;
use std::io::{self, Write as _};

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use ring::hmac::{HMAC_SHA256, Key, sign};
use ring::rand::SystemRandom;

use crate::shapes::Dice;
use crate::tree::{Map, MapExt as _};

/// How long a link is valid by default.
pub(crate) const LIVES: Duration = Duration::from_secs(15 * 60);
/// Where pictures are, below the root.
pub(crate) const PATH: &str = "/images/";
/// The side of a picture, in pixels: the smallest on which a face can be recognised.
const SIDE: u8 = 64;

/// Makes links, and honours them until they expire.
pub(crate) struct Images {
    /// `http://127.0.0.1:PORT`
    origin: String,
    lives: Duration,
    key: Key,
}

impl Images {
    pub(crate) fn new(origin: String, lives: Duration) -> io::Result<Self> {
        let no_entropy = |_| io::Error::other("the system gives no randomness");
        let key = Key::generate(HMAC_SHA256, &SystemRandom::new()).map_err(no_entropy)?;
        Ok(Self { origin, lives, key })
    }

    /// A link to each of a job's images. `now` is the jobs' time.
    pub(crate) fn links(&self, names: &[&'static str], ids: [&str; 2], seed: u64, now: Duration) -> Map {
        let expires = now.saturating_add(self.lives).as_millis();
        let [user, job] = ids;
        names.iter().fold(Map::new(), |map, name| {
            let picture = Dice::of(seed, &["picture", user, job, name]).next();
            let place = format!("{picture:016x}/{name}.png");
            let token = self.token(&place, expires);
            map.with(*name, format!("{}{PATH}{place}?expires={expires}&signature={token}", self.origin))
        })
    }

    /// The picture behind a link's path and query, or the status and words in which it is refused.
    pub(crate) fn serve(&self, path: &str, query: &str, now: Duration) -> Result<Vec<u8>, (u16, &'static str)> {
        const UNKNOWN: (u16, &str) = (404, "NoSuchKey");
        let place = path.strip_prefix(PATH).ok_or(UNKNOWN)?;
        let picture =
            place.split_once('/').and_then(|(picture, _)| u64::from_str_radix(picture, 16).ok()).ok_or(UNKNOWN)?;
        let value = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        let expires = value("expires").and_then(|text| text.parse::<u128>().ok()).ok_or((403, "AccessDenied"))?;
        // No secret is compared: anyone who sees the link has the picture.
        if value("signature") != Some(&self.token(place, expires)) {
            return Err((403, "SignatureDoesNotMatch"));
        }
        if now.as_millis() > expires {
            return Err((403, "AccessDenied: Request has expired"));
        }
        draw(picture).map_err(|_| (500, "InternalError"))
    }

    fn token(&self, place: &str, expires: u128) -> String {
        let tag = sign(&self.key, format!("{place}?{expires}").as_bytes());
        tag.as_ref().iter().take(16).fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }
}

impl fmt::Debug for Images {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Images").field("origin", &self.origin).field("lives", &self.lives).finish_non_exhaustive()
    }
}

/// A face of circles on a plain ground, in colours that the number gives.
pub(crate) fn draw(number: u64) -> io::Result<Vec<u8>> {
    let [ground, _, skin, _, hair, ..] = number.to_le_bytes();
    let colour = |tone: u8, light: u8| [tone / 2 + light, 255 - tone / 2, (tone ^ 0x5A) / 2 + light];
    let within =
        |x: u8, y: u8, cx: i32, cy: i32, r: i32| (i32::from(x) - cx).pow(2) + (i32::from(y) - cy).pow(2) <= r * r;
    let mut rows = Vec::with_capacity(usize::from(SIDE) * (3 * usize::from(SIDE) + 1));
    for y in 0..SIDE {
        // Each row begins with the filter that it uses: none.
        rows.push(0);
        for x in 0..SIDE {
            let pixel = if within(x, y, 24, 30, 3) || within(x, y, 40, 30, 3) || within(x, y, 32, 43, 4) {
                [30, 30, 30]
            } else if within(x, y, 32, 34, 18) {
                colour(skin, 90)
            } else if within(x, y, 32, 28, 22) {
                colour(hair, 0)
            } else {
                colour(ground, 120)
            };
            rows.extend_from_slice(&pixel);
        }
    }
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&rows)?;
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    // Width, height, eight bits of each of three colours, the one compression and filtering there is, not interlaced.
    chunk(&mut png, *b"IHDR", &[0, 0, 0, SIDE, 0, 0, 0, SIDE, 8, 2, 0, 0, 0]);
    chunk(&mut png, *b"IDAT", &encoder.finish()?);
    chunk(&mut png, *b"IEND", &[]);
    Ok(png)
}

fn chunk(png: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    let mut sum = Crc::new();
    sum.update(&kind);
    sum.update(data);
    png.extend_from_slice(&u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    png.extend_from_slice(&kind);
    png.extend_from_slice(data);
    png.extend_from_slice(&sum.sum().to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Json;

    const SECOND: Duration = Duration::from_secs(1);

    fn link(images: &Images) -> (String, String) {
        let links = images.links(&["selfie_image"], ["u", "j"], 1, SECOND);
        let Some(Json::String(link)) = links.get("selfie_image") else { panic!("{links:?}") };
        let (path, query) = link.strip_prefix("http://h").unwrap().split_once('?').unwrap();
        (path.to_owned(), query.to_owned())
    }

    #[test]
    fn links_hold_until_they_expire_and_cannot_be_made_up() {
        let images = Images::new("http://h".into(), 10 * SECOND).unwrap();
        let (path, query) = link(&images);
        assert!(images.serve(&path, &query, 11 * SECOND).unwrap().starts_with(b"\x89PNG"));
        assert_eq!(images.serve(&path, &query, 12 * SECOND).unwrap_err(), (403, "AccessDenied: Request has expired"));
        let later = query.replace("expires=11000", "expires=99000");
        assert_ne!(later, query);
        assert_eq!(images.serve(&path, &later, SECOND).unwrap_err().1, "SignatureDoesNotMatch");
        for (path, query, status) in [("/images/x/y.png", "", 404), ("/images/0a", "", 404), (path.as_str(), "", 403)] {
            assert_eq!(images.serve(path, query, SECOND).unwrap_err().0, status, "{path}");
        }
    }

    #[test]
    fn the_picture_is_one_that_viewers_take() {
        let png = draw(0x0123_4567_89ab_cdef).unwrap();
        assert_eq!(png.get(12..16), Some(&b"IHDR"[..]));
        assert_eq!(png.get(png.len() - 8..png.len() - 4), Some(&b"IEND"[..]));
        // The check sum that ends every PNG there is.
        assert_eq!(png.get(png.len() - 4..), Some(&[0xAE, 0x42, 0x60, 0x82][..]));
        assert_ne!(draw(1).unwrap(), draw(2).unwrap());
    }
}
