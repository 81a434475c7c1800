//! Both transports on real sockets: faults, limits, deadlines, cancellation and framing.

#[cfg(target_os = "linux")]
mod bomb;
mod budget;
mod cancel;
mod contract;
mod deadline;
mod faults;
mod framing;
mod limits;
mod own_agent;
mod own_client;
mod scenarios;
mod tls_end;
#[path = "../v3/table.rs"]
mod v3_table;
mod wire_files;
