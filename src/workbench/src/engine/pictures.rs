//! Pictures in files.

use std::{fs, io, path::Path};

use grader::{drawing, picture::Picture};

use crate::progress::replace;

/// Where they are, from the root of the checkout. Git does not see it.
const FOLDER: &str = "exercises/pictures";

/// Writes the picture of an exercise as PNG, whole or not at all, over the one before it. Says where it is, from the root.
///
/// # Errors
/// The folder or the file cannot be written.
pub(super) fn save(root: &Path, exercise: &str, picture: &Picture) -> io::Result<String> {
    let file = format!("{FOLDER}/{exercise}.png");
    fs::create_dir_all(root.join(FOLDER))?;
    replace(&root.join(&file), |written| io::Write::write_all(written, &drawing::png(picture)))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[test]
    fn a_picture_takes_the_place_of_the_one_before() {
        let root = tempfile::tempdir().unwrap();
        for picture in [samples::picture(), Picture::default()] {
            assert_eq!(save(root.path(), "pi", &picture).unwrap(), "exercises/pictures/pi.png");
            assert_eq!(fs::read(root.path().join("exercises/pictures/pi.png")).unwrap(), drawing::png(&picture));
        }
        assert_eq!(fs::read_dir(root.path().join(FOLDER)).unwrap().count(), 1);
    }

    #[test]
    fn where_there_is_no_room_for_it_the_reason_is_given() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("exercises"), "a file").unwrap();
        assert!(save(root.path(), "pi", &samples::picture()).is_err());
    }
}
