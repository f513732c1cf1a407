-- Where a job's callbacks stand, as JSON, in the words of its newest callbacks_explained event; null before the first.

alter table job_progress add column callbacks varchar(1048576);
