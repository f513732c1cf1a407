package io.signalbox.server.command;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Query;

interface CommandRepository extends JpaRepository<CommandRow, Long> {

    Optional<CommandRow> findByJobIdAndCommandId(long jobId, String commandId);

    List<CommandRow> findByJobIdOrderByOrdinal(long jobId);

    List<CommandRow> findByJobIdAndStateOrderByOrdinal(long jobId, CommandState state);

    long countByJobIdAndState(long jobId, CommandState state);

    /** Jobs whose trainer should have ended by now, because a command said so. */
    @Query("""
            select distinct c.jobId from CommandRow c where c.killAt is not null and c.killAt <= :now
            and c.state in (io.signalbox.server.command.CommandState.PENDING,
                            io.signalbox.server.command.CommandState.APPLIED)
            and exists (select 1 from Job j where j.id = c.jobId and j.endedAt is null and j.attempt > 0)""")
    List<Long> overdue(Instant now);
}
