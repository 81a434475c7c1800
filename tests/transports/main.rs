//! Both transports on real sockets: faults, limits, deadlines, cancellation and framing.

#[cfg(target_os = "linux")]
mod bomb;
#[cfg(target_os = "linux")]
#[path = "../support/bomb.rs"]
mod bomb_cost;
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
#[path = "../support/stacks.rs"]
mod stacks;
mod tls_end;
#[path = "../v3/table.rs"]
mod v3_table;
mod wire_files;
