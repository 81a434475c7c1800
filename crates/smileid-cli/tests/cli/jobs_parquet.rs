//! `smileid jobs export --format parquet`: the file has what the CSV has, or the message names the feature.

#[cfg(not(feature = "parquet"))]
#[test]
fn a_build_without_parquet_names_the_feature_and_opens_no_store() {
    let path = std::env::temp_dir().join(format!("smileid-cli-no-parquet-{}.db", std::process::id()));
    let store = format!("sqlite:{}", path.display());
    let ran = crate::common::Run::new(&["jobs", "export", "--format", "parquet", "--store", &store]).run();
    let said = "smileid: invalid_input: this build of smileid writes no Parquet: build it with --features parquet, or export \
                --format csv or ndjson\n";
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (2, "", said));
    assert!(!path.exists());
}

#[cfg(feature = "parquet")]
mod with {
    use std::fs::File;
    use std::process::Stdio;

    use parquet::basic::{Compression, LogicalType, TimeUnit};
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    use smileid_core::Timestamp;

    use crate::common::Server;
    use crate::jobs::{Store, approved};

    /// What the CSV would say.
    fn words(name: &str, value: &Field) -> String {
        match value {
            Field::Null => String::new(),
            Field::Str(text) => text.clone(),
            Field::TimestampMillis(millis) => {
                assert!(name.ends_with("_at"), "{name}");
                let moment = smileid_core::Moment::new(*millis, core::time::Duration::ZERO);
                Timestamp::at(moment).to_string()
            }
            other => format!("not a text: {other:?}"),
        }
    }

    /// Exports into a file, and returns its rows as the CSV would have them, the header first.
    fn export(store: &Store, more: &[&str]) -> (Vec<Vec<String>>, String) {
        let path = store.0.join("verdicts.parquet");
        let mut command = store.smileid(&["export", "--format", "parquet"]).args(more).command();
        let out = command.stdin(Stdio::null()).stdout(File::create(&path).unwrap()).output().unwrap();
        let said = String::from_utf8(out.stderr).unwrap();
        assert!(out.status.success(), "{said}");
        let reader = SerializedFileReader::new(File::open(&path).unwrap()).unwrap();
        let schema = reader.metadata().file_metadata().schema_descr_ptr();
        let header: Vec<String> = schema.columns().iter().map(|column| column.name().to_owned()).collect();
        for column in schema.columns() {
            let expected = if column.name().ends_with("_at") {
                LogicalType::timestamp(true, TimeUnit::MILLIS)
            } else {
                LogicalType::String
            };
            assert_eq!(column.logical_type_ref(), Some(&expected), "{}", column.name());
        }
        for group in reader.metadata().row_groups() {
            assert!(group.columns().iter().all(|column| column.compression() == Compression::SNAPPY));
        }
        let rows = reader.get_row_iter(None).unwrap().map(|row| {
            let row = row.unwrap();
            row.get_column_iter().map(|(name, value)| words(name, value)).collect()
        });
        let rows: Vec<Vec<String>> = rows.collect();
        ([vec![header], rows].concat(), said)
    }

    #[test]
    fn the_file_has_what_the_csv_has() {
        let store = Store::with("parquet", 0);
        // Different imports have different columns, and a value may be no text, absent, empty or in another script.
        let csv = "user_id,job_id,branch,verdict\ncanary-user,a,\u{c0}k\u{fa}r\u{1eb9},mine\ncanary-user,b,,\n";
        assert_eq!(store.smileid(&["import", "-"]).input(csv.as_bytes()).run().code, 0);
        let ndjson = "{\"user_id\":\"canary-user\",\"job_id\":\"c\",\"loan\":{\"sum\":1.50}}\n\
                      {\"user_id\":\"canary-user\",\"job_id\":\"d\",\"loan\":null}\n";
        assert_eq!(store.smileid(&["import", "-"]).input(ndjson.as_bytes()).run().code, 0);
        // A file without a row has its columns all the same.
        let (empty, _) = export(&store, &[]);
        assert_eq!((empty.len(), empty[0].len()), (1, 10));
        let server = Server::start(|_, _| approved());
        let ran = store.smileid(&["run", "--base-url", &server.base, "--until", "settled", "--keep-bodies"]).run();
        assert_eq!(ran.code, 0, "{}", ran.err);
        for more in [&[][..], &["--bodies"]] {
            let ran = store.smileid(&["export", "--format", "csv"]).args(more).run();
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(ran.out.as_bytes());
            let rows: Vec<Vec<String>> =
                reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
            let (found, said) = export(&store, more);
            assert_eq!(found, rows);
            assert_eq!((found.len(), said), (5, ran.err));
        }
        let last = store.smileid(&["export"]).run().err;
        let cursor = last.trim().rsplit(' ').next().unwrap();
        assert_eq!(export(&store, &["--since", cursor]).0.len(), 1);
    }

    #[test]
    fn a_reader_that_goes_away_is_no_failure() {
        let store = Store::with("parquet-gone", 1);
        let server = Server::start(|_, _| approved());
        let ran = store.smileid(&["run", "--base-url", &server.base, "--until", "settled"]).run();
        assert_eq!(ran.code, 0, "{}", ran.err);
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = store.smileid(&["export", "--format", "parquet"]).command();
        assert!(command.stdin(Stdio::null()).stdout(writer).stderr(Stdio::null()).status().unwrap().success());
        let Ok(full) = File::options().write(true).open("/dev/full") else { return };
        let mut command = store.smileid(&["export", "--format", "parquet"]).command();
        let out = command.stdin(Stdio::null()).stdout(full).output().unwrap();
        let said = String::from_utf8(out.stderr).unwrap();
        assert!(!out.status.success() && said.contains("standard output cannot be written"), "{said}");
    }
}
