-- Who asked for a job and what its trainer takes of the machine; memory in bytes, null for no bound.
alter table job add column submitted_by varchar(128) default 'local' not null;
alter table job add column cpus integer default 1 not null;
alter table job add column memory bigint;

-- When a job that crashed may be tried again; the step at which it crashed last, and how often it did there one after another.
alter table job add column not_before timestamp with time zone;
alter table job add column crash_step bigint;
alter table job add column crashes_there integer default 0 not null;

-- The queue in the order in which it is served, so that its head is found without sorting it.
drop index job_state;
create index job_queue on job (state, priority desc, id);
