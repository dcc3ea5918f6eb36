-- As the migrations make it. Compared in a test; do not edit.
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
batch.first_row bigint not null default 0
batch.last_row bigint not null default 0
batch.moved bigint not null default 0
batch.sender text
batch.ended_at bigint
batch.merged_epoch bigint
batch_digest.batch bigint not null
batch_digest.digests bytea not null
batch_record.batch bigint not null
batch_record.packed bytea not null
batch_record.fingerprints bytea not null
batch_record.outcomes bytea
body.batch bigint not null
body.bytes bytea not null
change.id bigint not null identity
change.intake bigint not null
change.row_no bigint
change.kind text not null
change.target uuid not null
change.k uuid not null
change.batch bigint not null
change.place bigint not null
change.agreed bigint not null
change.d bytea
change.state text not null default 'waiting'::text
change.attempts bigint not null default 0
change.not_before bigint not null default 0
change.reason text
change.ended_at bigint
change.hashes bytea
change.may_arrive_until bigint not null default 0
claim.k uuid not null
claim.intake bigint not null
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
intake.environment text
intake.epoch bigint not null default 0
intake.claimed bigint not null default 0
intake.adopted bigint not null default 0
intake.variant text
intake.missing bigint
kept_ids.batch bigint not null
kept_ids.ids bytea not null
limiter.id bigint not null
limiter.next_slot double precision not null
limiter.paused_until double precision not null
lineage.id bigint not null
lineage.ledger bytea not null
lineage.serial bigint not null
lineage.is_copy bigint not null default 0
lineage.rewound bigint not null default 0
lineage.in_doubt bigint not null default 0
lineage.former_ids text not null default ''::text
opt_out.k uuid not null
opt_out.at bigint not null
participant.id bigint not null identity
participant.role text not null
participant.host text not null
participant.pid bigint not null
participant.command text not null
participant.since bigint not null
participant.heartbeat bigint not null
participant.instruction text
participant.claimed text
participant.terms text
participant.process_id text
participant.machine text
register.k uuid not null
register.batch bigint not null
register.place smallint not null
register.state smallint not null
register.d bytea not null
register_head.id bigint not null
register_head.epoch bigint not null
register_head.other_epoch bigint not null default 0
register_head.environment text
register_head.programme text
register_head.key_check bytea
register_head.digest_version bigint
rejection.intake bigint not null
rejection.row_no bigint not null
rejection.line_no bigint not null
rejection.byte_offset bigint not null
rejection.byte_length bigint not null
rejection.external_consumer_id text
rejection.external_card_id text
rejection.errors text not null
schema_version.version bigint not null
seen.intake bigint not null
seen.step bigint not null
seen.keys bytea not null
seen.identities bytea not null
seen.lines bytea not null
sender.batch bigint not null
sender.owner text not null
terms.id bigint not null
terms.terms text not null
terms.set_by text not null
twin.batch bigint not null
twin.keys bytea not null
twin.hashes bytea not null
unsent.intake bigint not null
unsent.row_no bigint not null
unsent.line_no bigint not null
unsent.byte_offset bigint not null
unsent.byte_length bigint not null
unsent.external_consumer_id text not null
unsent.external_card_id text not null
unsent.reason text not null
unsent.detail text not null
unsent_sum.intake bigint not null
unsent_sum.reason text not null
unsent_sum.origin text not null
unsent_sum.rows bigint not null
withdrawal.intake bigint not null
withdrawal.row_no bigint not null
withdrawal.batch bigint not null
withdrawal.reason text not null
withdrawal.leaves bigint not null
withdrawal.first_line bigint
withdrawal.other bigint
enrollkit.batch_digest PRIMARY KEY (batch)
enrollkit.batch UNIQUE (external_batch_id)
enrollkit.batch FOREIGN KEY (intake) REFERENCES enrollkit.intake(number)
enrollkit.batch UNIQUE (intake, generation, "position")
enrollkit.batch PRIMARY KEY (id)
enrollkit.batch_record FOREIGN KEY (batch) REFERENCES enrollkit.batch(id)
enrollkit.batch_record PRIMARY KEY (batch)
enrollkit.batch CHECK ((state = ANY (ARRAY['sealed'::text, 'submitting'::text, 'submitted'::text, 'unknown'::text, 'settled'::text, 'refused'::text, 'abandoned'::text])))
enrollkit.body FOREIGN KEY (batch) REFERENCES enrollkit.batch(id)
enrollkit.body PRIMARY KEY (batch)
enrollkit.change FOREIGN KEY (intake) REFERENCES enrollkit.intake(number)
enrollkit.change CHECK ((kind = ANY (ARRAY['update-profile'::text, 'update-card'::text, 'delete-replaced'::text, 'delete-card'::text, 'delete-profile'::text])))
enrollkit.change PRIMARY KEY (id)
enrollkit.change CHECK ((state = ANY (ARRAY['waiting'::text, 'sending'::text, 'unknown'::text, 'done'::text, 'refused'::text, 'dropped'::text])))
enrollkit.claim PRIMARY KEY (k)
enrollkit.event PRIMARY KEY (id)
enrollkit.intake UNIQUE (id)
enrollkit.intake PRIMARY KEY (number)
enrollkit.intake CHECK ((state = ANY (ARRAY['reading'::text, 'ready'::text, 'settled'::text])))
enrollkit.kept_ids PRIMARY KEY (batch)
enrollkit.limiter CHECK ((id = 1))
enrollkit.limiter PRIMARY KEY (id)
enrollkit.lineage CHECK ((id = 1))
enrollkit.lineage PRIMARY KEY (id)
enrollkit.participant UNIQUE (claimed)
enrollkit.participant PRIMARY KEY (id)
enrollkit.participant CHECK ((instruction = ANY (ARRAY['pause'::text, 'stop'::text])))
enrollkit.opt_out PRIMARY KEY (k)
enrollkit.participant CHECK ((role = ANY (ARRAY['alone'::text, 'operator'::text, 'loader'::text, 'worker'::text])))
enrollkit.register_head CHECK ((id = 1))
enrollkit.register_head PRIMARY KEY (id)
enrollkit.register PRIMARY KEY (k)
enrollkit.rejection FOREIGN KEY (intake) REFERENCES enrollkit.intake(number)
enrollkit.rejection PRIMARY KEY (intake, row_no)
enrollkit.seen PRIMARY KEY (intake, step)
enrollkit.sender FOREIGN KEY (batch) REFERENCES enrollkit.batch(id)
enrollkit.sender PRIMARY KEY (batch)
enrollkit.terms CHECK ((id = 1))
enrollkit.terms PRIMARY KEY (id)
enrollkit.twin PRIMARY KEY (batch)
enrollkit.unsent FOREIGN KEY (intake) REFERENCES enrollkit.intake(number)
enrollkit.unsent PRIMARY KEY (intake, row_no)
enrollkit.unsent_sum FOREIGN KEY (intake) REFERENCES enrollkit.intake(number)
enrollkit.unsent_sum PRIMARY KEY (intake, reason, origin)
enrollkit.withdrawal PRIMARY KEY (intake, row_no)
CREATE UNIQUE INDEX batch_digest_pkey ON enrollkit.batch_digest USING btree (batch)
CREATE INDEX batch_due ON enrollkit.batch USING btree (intake, state, not_before)
CREATE UNIQUE INDEX batch_external_batch_id_key ON enrollkit.batch USING btree (external_batch_id)
CREATE INDEX batch_in_order ON enrollkit.batch USING btree (intake, state, id)
CREATE UNIQUE INDEX batch_intake_generation_position_key ON enrollkit.batch USING btree (intake, generation, "position")
CREATE INDEX batch_merged ON enrollkit.batch USING btree (merged_epoch)
CREATE UNIQUE INDEX batch_pkey ON enrollkit.batch USING btree (id)
CREATE UNIQUE INDEX batch_record_pkey ON enrollkit.batch_record USING btree (batch)
CREATE INDEX batch_unmerged ON enrollkit.batch USING btree (id) WHERE (merged_epoch IS NULL)
CREATE UNIQUE INDEX body_pkey ON enrollkit.body USING btree (batch)
CREATE INDEX change_due ON enrollkit.change USING btree (intake, state, kind, target)
CREATE INDEX change_may_arrive ON enrollkit.change USING btree (may_arrive_until) WHERE (may_arrive_until > 0)
CREATE INDEX change_of_row ON enrollkit.change USING btree (intake, row_no)
CREATE UNIQUE INDEX change_pkey ON enrollkit.change USING btree (id)
CREATE UNIQUE INDEX claim_pkey ON enrollkit.claim USING btree (k)
CREATE UNIQUE INDEX event_pkey ON enrollkit.event USING btree (id)
CREATE UNIQUE INDEX intake_id_key ON enrollkit.intake USING btree (id)
CREATE UNIQUE INDEX intake_pkey ON enrollkit.intake USING btree (number)
CREATE UNIQUE INDEX kept_ids_pkey ON enrollkit.kept_ids USING btree (batch)
CREATE UNIQUE INDEX limiter_pkey ON enrollkit.limiter USING btree (id)
CREATE UNIQUE INDEX lineage_pkey ON enrollkit.lineage USING btree (id)
CREATE UNIQUE INDEX member_claimed_key ON enrollkit.participant USING btree (claimed)
CREATE UNIQUE INDEX member_pkey ON enrollkit.participant USING btree (id)
CREATE UNIQUE INDEX opt_out_pkey ON enrollkit.opt_out USING btree (k)
CREATE UNIQUE INDEX register_head_pkey ON enrollkit.register_head USING btree (id)
CREATE UNIQUE INDEX register_pkey ON enrollkit.register USING btree (k)
CREATE UNIQUE INDEX rejection_pkey ON enrollkit.rejection USING btree (intake, row_no)
CREATE UNIQUE INDEX seen_pkey ON enrollkit.seen USING btree (intake, step)
CREATE UNIQUE INDEX sending_pkey ON enrollkit.sender USING btree (batch)
CREATE UNIQUE INDEX terms_pkey ON enrollkit.terms USING btree (id)
CREATE UNIQUE INDEX twin_pkey ON enrollkit.twin USING btree (batch)
CREATE UNIQUE INDEX unsent_pkey ON enrollkit.unsent USING btree (intake, row_no)
CREATE UNIQUE INDEX unsent_sum_pkey ON enrollkit.unsent_sum USING btree (intake, reason, origin)
CREATE UNIQUE INDEX withdrawal_pkey ON enrollkit.withdrawal USING btree (intake, row_no)
CREATE TRIGGER event_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON enrollkit.event FOR EACH STATEMENT EXECUTE FUNCTION enrollkit.event_is_append_only()
