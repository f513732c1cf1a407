package io.signalbox.server.job;

import io.signalbox.event.JobState;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Query;

/** Job rows. */
public interface JobRepository extends JpaRepository<Job, Long> {

    Optional<Job> findByIdempotencyKey(String key);

    /** The next jobs to start: priority, then age. */
    @Query("select j from Job j where j.state = io.signalbox.event.JobState.QUEUED order by j.priority desc, j.id")
    List<Job> nextQueued(Limit limit);

    List<Job> findByStateIn(Collection<JobState> states);

    long countByState(JobState state);

    @Query("""
            select count(j) from Job j where j.state = io.signalbox.event.JobState.QUEUED
            and (j.priority > :priority or (j.priority = :priority and j.id < :id))""")
    long queuedBefore(int priority, long id);

    @Query("""
            select count(j) from Job j where (j.dataset = :dataset or j.validationDataset = :dataset)
            and j.state not in :ended""")
    long countUsing(String dataset, Collection<JobState> ended);
}
