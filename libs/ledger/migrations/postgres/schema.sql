-- As the migrations make it. Compared in a test; do not edit.
attempt.intake bigint not null
attempt.row_no bigint not null
attempt.batch bigint not null
attempt.code text
attempt.message text
batch.id bigint not null identity
batch.intake bigint not null
batch.generation bigint not null
batch.position bigint not null
batch.external_batch_id text not null
batch.state text not null
batch.provider_batch_id text
batch.kid text not null
batch.records bigint not null
batch.enrolled bigint not null default 0
batch.refused bigint not null default 0
batch.attempts bigint not null default 0
batch.polls bigint not null default 0
batch.not_before bigint not null default 0
batch.submitted_at bigint
batch.reason text
batch.incomplete bigint not null default 0
body.batch bigint not null
body.bytes bytea not null
duplicate.intake bigint not null
duplicate.row_no bigint not null
duplicate.first_line bigint not null
event.id bigint not null identity
event.at bigint not null
event.actor text not null
event.action text not null
event.intake_id text
event.batch_id bigint
event.detail text not null
intake.number bigint not null identity
intake.id text not null
intake.digest text not null
intake.programme text not null
intake.source text not null
intake.bytes bigint not null
intake.format text not null
intake.batch_size bigint not null
intake.reading_digest text not null
intake.state text not null
intake.created_at bigint not null
intake.byte_offset bigint not null default 0
intake.line_no bigint not null default 1
intake.rows_read bigint not null default 0
intake.batches bigint not null default 0
intake.rejected bigint not null default 0
intake.rows_searched bigint
intake.purged text
limiter.id bigint not null
limiter.next_slot double precision not null
limiter.held_until double precision not null
member.id bigint not null identity
member.role text not null
member.host text not null
member.pid bigint not null
member.command text not null
member.since bigint not null
member.heartbeat bigint not null
member.told text
member.claimed text
member.terms text
record.intake bigint not null
record.row_no bigint not null
record.batch bigint not null
record.line_no bigint not null
record.byte_offset bigint not null
record.byte_length bigint not null
record.external_consumer_id text not null
record.external_card_id text not null
record.masked_pan text not null
record.fingerprint bytea not null
record.state text not null default 'batched'::text
record.provider_consumer_id text
record.provider_card_id text
record.code text
record.message text
rejection.intake bigint not null
rejection.row_no bigint not null
rejection.line_no bigint not null
rejection.byte_offset bigint not null
rejection.byte_length bigint not null
rejection.external_consumer_id text
rejection.external_card_id text
rejection.faults text not null
schema_version.version bigint not null
sending.batch bigint not null
sending.owner text not null
terms.id bigint not null
terms.terms text not null
terms.set_by text not null
enrollkit.attempt PRIMARY KEY (intake, row_no, batch)
enrollkit.batch UNIQUE (external_batch_id)
enrollkit.batch FOREIGN KEY (intake) REFERENCES enrollkit.intake(number)
enrollkit.batch UNIQUE (intake, generation, "position")
enrollkit.batch PRIMARY KEY (id)
enrollkit.batch CHECK ((state = ANY (ARRAY['sealed'::text, 'submitting'::text, 'submitted'::text, 'unknown'::text, 'settled'::text, 'refused'::text, 'abandoned'::text])))
enrollkit.body FOREIGN KEY (batch) REFERENCES enrollkit.batch(id)
enrollkit.body PRIMARY KEY (batch)
enrollkit.duplicate PRIMARY KEY (intake, row_no)
enrollkit.event PRIMARY KEY (id)
enrollkit.intake UNIQUE (id)
enrollkit.intake PRIMARY KEY (number)
enrollkit.intake CHECK ((state = ANY (ARRAY['reading'::text, 'ready'::text, 'settled'::text])))
enrollkit.limiter CHECK ((id = 1))
enrollkit.limiter PRIMARY KEY (id)
enrollkit.member UNIQUE (claimed)
enrollkit.member PRIMARY KEY (id)
enrollkit.member CHECK ((role = ANY (ARRAY['alone'::text, 'visitor'::text, 'feeder'::text, 'worker'::text])))
enrollkit.member CHECK ((told = ANY (ARRAY['pause'::text, 'stop'::text])))
enrollkit.record FOREIGN KEY (batch) REFERENCES enrollkit.batch(id)
enrollkit.record PRIMARY KEY (intake, row_no)
enrollkit.record CHECK ((state = ANY (ARRAY['batched'::text, 'enrolled'::text, 'refused'::text, 'abandoned'::text])))
enrollkit.rejection FOREIGN KEY (intake) REFERENCES enrollkit.intake(number)
enrollkit.rejection PRIMARY KEY (intake, row_no)
enrollkit.sending FOREIGN KEY (batch) REFERENCES enrollkit.batch(id)
enrollkit.sending PRIMARY KEY (batch)
enrollkit.terms CHECK ((id = 1))
enrollkit.terms PRIMARY KEY (id)
CREATE INDEX attempt_of_batch ON enrollkit.attempt USING btree (batch)
CREATE UNIQUE INDEX attempt_pkey ON enrollkit.attempt USING btree (intake, row_no, batch)
CREATE INDEX batch_due ON enrollkit.batch USING btree (intake, state, not_before)
CREATE UNIQUE INDEX batch_external_batch_id_key ON enrollkit.batch USING btree (external_batch_id)
CREATE INDEX batch_in_order ON enrollkit.batch USING btree (intake, state, id)
CREATE UNIQUE INDEX batch_intake_generation_position_key ON enrollkit.batch USING btree (intake, generation, "position")
CREATE UNIQUE INDEX batch_pkey ON enrollkit.batch USING btree (id)
CREATE UNIQUE INDEX body_pkey ON enrollkit.body USING btree (batch)
CREATE UNIQUE INDEX duplicate_pkey ON enrollkit.duplicate USING btree (intake, row_no)
CREATE UNIQUE INDEX event_pkey ON enrollkit.event USING btree (id)
CREATE UNIQUE INDEX intake_id_key ON enrollkit.intake USING btree (id)
CREATE UNIQUE INDEX intake_pkey ON enrollkit.intake USING btree (number)
CREATE UNIQUE INDEX limiter_pkey ON enrollkit.limiter USING btree (id)
CREATE UNIQUE INDEX member_claimed_key ON enrollkit.member USING btree (claimed)
CREATE UNIQUE INDEX member_pkey ON enrollkit.member USING btree (id)
CREATE INDEX record_of_batch ON enrollkit.record USING btree (batch)
CREATE UNIQUE INDEX record_pkey ON enrollkit.record USING btree (intake, row_no)
CREATE UNIQUE INDEX rejection_pkey ON enrollkit.rejection USING btree (intake, row_no)
CREATE UNIQUE INDEX sending_pkey ON enrollkit.sending USING btree (batch)
CREATE UNIQUE INDEX terms_pkey ON enrollkit.terms USING btree (id)
CREATE TRIGGER event_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON enrollkit.event FOR EACH STATEMENT EXECUTE FUNCTION enrollkit.event_is_append_only()
