-- What callbacks keep to look at, as the event streams tell: a file of the job's folder each.
create table artifact (
    job_id bigint not null references job (id) on delete cascade,
    step bigint not null,
    name varchar(64) not null,
    kind varchar(16) not null,
    epoch integer,
    bytes bigint not null,
    sha256 varchar(64) not null,
    created_at timestamp with time zone not null,
    primary key (job_id, name, step)
);
