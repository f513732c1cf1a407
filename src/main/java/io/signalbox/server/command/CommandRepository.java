package io.signalbox.server.command;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.NativeQuery;

interface CommandRepository extends JpaRepository<CommandRow, Long> {

    Optional<CommandRow> findByJobIdAndCommandId(long jobId, String commandId);

    List<CommandRow> findByJobIdOrderByOrdinal(long jobId);

    List<CommandRow> findByJobIdAndStateOrderByOrdinal(long jobId, CommandState state);

    long countByJobIdAndState(long jobId, CommandState state);

    /** Jobs whose trainer should have ended by now, because a command said so. */
    @NativeQuery("""
            select distinct c.job_id from command c where c.kill_at <= :now and not c.over_with and c.state in ('PENDING', 'APPLIED')
            and exists (select 1 from job j where j.id = c.job_id and j.ended_at is null and j.attempt > 0)""")
    List<Long> overdue(Instant now);

    /** Jobs that a trainer has been asked for and that are to end. */
    @NativeQuery("""
            select distinct c.job_id from command c join job j on j.id = c.job_id
            where c.state = 'PENDING' and c.type in ('stop', 'cancel') and j.state = 'STARTING'""")
    List<Long> endingBeforeBegun();
}
