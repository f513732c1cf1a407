-- Jobs that were removed and have something left: events, curves, files. Their tables bear no foreign key of the job any more
-- (V40), so that its row goes without them.
create table removed_job (
    job_id bigint primary key
);
