-- Where the newest attempt is, in the words of the engine that runs it: JSON.
alter table job add column placement varchar(2048);
