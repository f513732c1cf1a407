-- Graphics processors that the trainer of a job takes.
alter table job add column gpus integer default 0 not null;
