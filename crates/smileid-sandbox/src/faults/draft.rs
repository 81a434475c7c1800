//! A reply under construction: members in order, each a name and its JSON. A good one until a fault changes it.

use smileid_core::Response;

use super::question::FaultRequest;

/// An object's members, in order; a name may stand twice.
#[derive(Debug, Clone)]
pub(super) struct Draft(Vec<(String, String)>);

impl Draft {
    /// A final, approved and proven reply about the job asked for.
    pub(super) fn approved(question: &FaultRequest<'_>) -> Self {
        Self::start(question)
            .with("job_complete", "true")
            .with("job_success", "true")
            .with("code", "\"2302\"")
            .with("result", &Self::result(question).text())
            .with("image_links", "{}")
            .with("history", "[]")
    }

    /// A reply about a job that is not final.
    pub(super) fn pending(question: &FaultRequest<'_>) -> Self {
        Self::start(question)
            .with("job_complete", "false")
            .with("job_success", "false")
            .with("code", "\"2302\"")
            .with("result", "{}")
    }

    /// The result of the job asked for.
    pub(super) fn result(question: &FaultRequest<'_>) -> Self {
        Self(Vec::new())
            .with("ResultCode", "\"0810\"")
            .with("ResultText", "\"Enroll User\"")
            .with("ResultType", "\"SAIA\"")
            .with("SmileJobID", "\"0000001897\"")
            .with("JSONVersion", "\"1.0.0\"")
            .with("IsFinalResult", "\"true\"")
            .with("IsMachineResult", "\"true\"")
            .with("ConfidenceValue", "\"99\"")
            .with("PartnerParams", &Self::params(&question.user, &question.job, "4").text())
    }

    /// The partner's parameters, each as JSON.
    pub(super) fn params(user: &str, job: &str, job_type: &str) -> Self {
        Self(Vec::new()).with("user_id", user).with("job_id", job).with("job_type", job_type)
    }

    fn start(question: &FaultRequest<'_>) -> Self {
        let (timestamp, signature) = question.signed(0);
        Self(Vec::new()).with("timestamp", &timestamp).with("signature", &signature)
    }

    /// Replaces the first member of this name, or adds the member behind the others.
    pub(super) fn with(mut self, name: &str, json: &str) -> Self {
        match self.0.iter_mut().find(|(n, _)| n == name) {
            Some((_, value)) => json.clone_into(value),
            None => self.0.push((name.to_owned(), json.to_owned())),
        }
        self
    }

    /// Adds this member behind the others, even if there is one of its name.
    pub(super) fn and(mut self, name: &str, json: &str) -> Self {
        self.0.push((name.to_owned(), json.to_owned()));
        self
    }

    /// Removes the members of a name.
    pub(super) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(n, _)| n != name);
        self
    }

    /// Sets the timestamp and the signature.
    pub(super) fn proven_by(self, (timestamp, signature): &(String, String)) -> Self {
        self.with("timestamp", timestamp).with("signature", signature)
    }

    /// The object as JSON.
    pub(super) fn text(&self) -> String {
        let mut text = String::from("{");
        for (i, (name, json)) in self.0.iter().enumerate() {
            text.push_str(if i == 0 { "\"" } else { ",\"" });
            text.push_str(name);
            text.push_str("\":");
            text.push_str(json);
        }
        text.push('}');
        text
    }

    /// The whole reply, with status 200.
    pub(super) fn reply(&self) -> Response {
        Response::new(200, self.text().into_bytes()).with_header("Content-Type", "application/json")
    }
}

impl FaultRequest<'_> {
    /// Returns the reply of a service without a fault: final, approved, proven, about the job asked for.
    #[must_use]
    pub fn good_reply(&self) -> Response {
        Draft::approved(self).reply()
    }
}
