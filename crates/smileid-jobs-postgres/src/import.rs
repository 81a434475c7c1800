//! Jobs in: a batch is one transaction, and a job that is there already is only counted.

use smileid_jobs::{Imported, Mode, NewJob};
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use crate::address::Schema;
use crate::control;
use crate::error::Failed;
use crate::open::change;
use crate::value::{Value, bigint};

const ADD: &str = "
    with s as (
        select * from unnest($2::text[], $3::text[], $4::text[]) with ordinality s (user_id, job_id, columns, place)
    ), j as (
        insert into {s}.jobs (user_id, job_id, columns, imported_at)
        select user_id, job_id, columns, $1 from s order by place
        on conflict do nothing returning id
    ), q as (
        insert into {s}.queue (id, due) select id, $1 from j returning 1
    ), t as (
        update {s}.tally set waiting = waiting + (select count(*) from q)
        where slot = pg_backend_pid() % 16 and exists (select from q)
    )
    select count(*) from q";

const COUNT: &str = "
    select count(*) from (select distinct * from unnest($1::text[], $2::text[]) s (user_id, job_id)) s
    where not exists (select from {s}.jobs j where j.user_id = s.user_id and j.job_id = s.job_id)";

pub(crate) async fn import(
    client: &mut Client,
    schema: &Schema,
    jobs: &[NewJob],
    mode: Mode,
) -> Result<Imported, Failed> {
    let users: Vec<&str> = jobs.iter().map(NewJob::user_id).collect();
    let ids: Vec<&str> = jobs.iter().map(NewJob::job_id).collect();
    let columns: Vec<Option<&str>> = jobs.iter().map(NewJob::columns).collect();
    let row = match mode {
        Mode::Write => {
            let change = change(client).await?;
            // Two imports of the same jobs in another order would wait for each other, and the server would end one of them.
            let lock = schema.sql("select pg_advisory_xact_lock(1397574210, '{s}.jobs'::regclass::oid::int)");
            change.query_typed(&lock, &[]).await?;
            let now = control::now(change.client()).await?.millis();
            let values: [Value<'_>; 4] =
                [bigint(&now), (&users, Type::TEXT_ARRAY), (&ids, Type::TEXT_ARRAY), (&columns, Type::TEXT_ARRAY)];
            let row = change.query_typed_one(&schema.sql(ADD), &values).await?;
            change.commit().await?;
            row
        }
        Mode::DryRun => {
            let values: [Value<'_>; 2] = [(&users, Type::TEXT_ARRAY), (&ids, Type::TEXT_ARRAY)];
            client.query_typed_one(&schema.sql(COUNT), &values).await?
        }
    };
    let new = row.try_get::<_, i64>(0)?.cast_unsigned();
    Ok(Imported { new, known: (jobs.len() as u64).saturating_sub(new) })
}
