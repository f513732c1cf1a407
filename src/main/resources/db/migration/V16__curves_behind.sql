-- Up to which event the curves of a job are in their tables; what it told of single steps since then is in its events only.
alter table job_progress add column curves_seq bigint default -1 not null;
update job_progress set curves_seq = last_seq;
