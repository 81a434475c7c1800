//! What a reply becomes, by the contract: outcomes, verdicts, callbacks, and the sandbox that plays the service.

mod acceptance;
mod callback;
mod callback_forms;
mod callback_pair;
mod decisions;
mod legs;
mod outcomes;
mod peers_bugs;
mod refusals;
mod reply_model;
mod sandbox_admin;
mod sandbox_callbacks;
mod sandbox_server;
mod sandbox_v3;
mod verdicts;
mod wire_files;
