//! A subscriber that records everything, at every level: what a user's logs would hold. It filters nothing.

use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex};

use tracing::dispatcher::Dispatch;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// One span or event: its name, the name of its parent, and its fields.
#[derive(Debug, Clone, Default)]
pub struct Recorded {
    pub name: &'static str,
    pub parent: Option<u64>,
    pub fields: BTreeMap<&'static str, String>,
    pub closed: bool,
}

/// All that was recorded, by span id; events have their own ids.
#[derive(Debug, Clone, Default)]
pub struct Spans(Arc<Mutex<BTreeMap<u64, Recorded>>>);

impl Spans {
    /// What was recorded so far, in the order it began.
    #[must_use]
    pub fn all(&self) -> Vec<Recorded> {
        self.0.lock().unwrap().values().cloned().collect()
    }

    /// A subscriber that keeps what it is given here.
    #[must_use]
    pub fn dispatch(&self) -> Dispatch {
        LazyLock::force(&SECOND);
        self.keeper()
    }

    fn keeper(&self) -> Dispatch {
        Dispatch::new(Keeper { spans: self.clone(), next: AtomicU64::new(1) })
    }
}

/// A subscriber that lives as long as the process and that no thread uses.
///
/// While a process has a single subscriber, tracing-core asks the default of whichever thread reaches a span first, and caches the answer for
/// all threads. A test on a thread without a subscriber would so turn the span off for the test that has one. With two subscribers,
/// tracing-core asks them all.
static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Spans::default().keeper());

struct Keeper {
    spans: Spans,
    next: AtomicU64,
}

impl Keeper {
    fn keep(&self, name: &'static str, parent: Option<&Id>, record: impl FnOnce(&mut Fields)) -> Id {
        let mut fields = Fields::default();
        record(&mut fields);
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let recorded = Recorded { name, parent: parent.map(Id::into_u64), fields: fields.0, closed: false };
        self.spans.0.lock().unwrap().insert(id, recorded);
        Id::from_u64(id)
    }
}

impl Subscriber for Keeper {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.keep(span.metadata().name(), span.parent(), |fields| span.record(fields))
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        if let Some(recorded) = self.spans.0.lock().unwrap().get_mut(&span.into_u64()) {
            recorded.fields.extend(fields.0);
        }
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.keep(event.metadata().name(), event.parent(), |fields| event.record(fields));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}

    fn try_close(&self, id: Id) -> bool {
        self.spans.0.lock().unwrap().entry(id.into_u64()).and_modify(|recorded| recorded.closed = true);
        true
    }
}

#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.into());
    }
}
