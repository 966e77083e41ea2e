"""The SQL that the figures of the data page share. It says in sets what ``region_fold`` and ``regions.truth`` say for one region.

Of each role the last word counts unless it was taken back; the data team's goes before the reviewer's, and that before the
expert's. A finding that was decided before acts were kept counts as the expert's word.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from workbench.store.database import session_scope

#: ``said``: the word of each role that stands on each region; ``after`` is null where it says "no damage".
SAID = """
said as (
  select act.case_id, act.finding_id, act.by_role, act.photo_id, act.photo_sha256, act.decision, act.after, act.made_at
  from region_annotations act
  join (select max(id) as id from region_annotations group by finding_id, by_role) last_act using (id)
  where act.decision <> 'undone'
  union all
  select finding.case_id, finding.id, 'expert', finding.photo_id, photo.sha256,
    case when finding.origin <> 'model' and finding.status <> 'rejected' then 'added' else finding.status end,
    case when finding.status <> 'rejected' then jsonb_build_object('category', finding.category, 'part', finding.part,
      'side', finding.side, 'severity', finding.severity, 'box', finding.box) end,
    coalesce(finding.decided_at, photo.received_at)
  from findings finding join photos photo on photo.id = finding.photo_id
  where finding.status <> 'proposed' and not exists (
    select 1 from region_annotations act
    where act.finding_id = finding.id and act.by_role = 'expert')
)"""

#: ``shown``: what the model said of each region, null where a person drew it; and the model and its score.
SHOWN = """
shown as (
  select id as finding_id, model, score,
    case when origin = 'model' then coalesce(original, jsonb_build_object('category', category, 'part', part,
      'side', side, 'severity', severity, 'box', box)) end as proposal
  from findings
  union all
  select * from (
    select distinct on (finding_id) finding_id, model, score,
      case when model is not null then before end as proposal
    from region_annotations act
    where not exists (select 1 from findings finding where finding.id = act.finding_id)
    order by finding_id, id
  ) without_finding
)"""

#: ``last_word``: the one word that counts on each region, with its class and part also where it was rejected.
LAST_WORD = """
last_word as (
  select word.case_id, word.finding_id, word.photo_id, word.photo_sha256, word.by_role, word.made_at, word.after,
    case when word.after is null then 'rejected' else word.decision end as decision,
    coalesce(word.after, shown.proposal) ->> 'category' as category,
    coalesce(word.after, shown.proposal) ->> 'part' as part
  from (
    select distinct on (finding_id) * from said
    order by finding_id, array_position(array['data', 'reviewer', 'expert'], by_role::text)
  ) word join shown using (finding_id)
  where word.after is not null or shown.proposal is not null
)"""

#: ``judged``: each region on which an expert's word stands: the model's class, the expert's, and the name for the difference.
JUDGED = """
judged as (
  select * from (
    select word.case_id, word.finding_id, word.photo_id, word.made_at, coalesce(shown.model, '') as model, shown.score,
      shown.proposal ->> 'category' as proposed, word.after ->> 'category' as named,
      case
        when shown.proposal is null and word.after is null then null
        when shown.proposal is null then 'added'
        when word.after is null then 'rejected'
        when word.after ->> 'category' <> shown.proposal ->> 'category' then 'relabelled'
        when word.after -> 'box' <> shown.proposal -> 'box' then 'moved'
        when word.after ->> 'part' is distinct from shown.proposal ->> 'part'
          or word.after ->> 'side' is distinct from shown.proposal ->> 'side'
          or word.after ->> 'severity' is distinct from shown.proposal ->> 'severity' then 'described'
        else 'kept'
      end as outcome
    from said word join shown using (finding_id)
    where word.by_role = 'expert'
      and (cast(:since as timestamptz) is null or word.made_at >= cast(:since as timestamptz))
  ) every where outcome is not null
    and (cast(:category as text) is null or proposed = :category or named = :category)
)"""

#: ``reviewed``: each region on which an expert's and a reviewer's word stand, class against class (``none``: no damage).
REVIEWED = """
reviewed as (
  select reviewer.case_id, reviewer.finding_id, reviewer.photo_id, reviewer.made_at,
    coalesce(expert.after ->> 'category', 'none') as expert, coalesce(reviewer.after ->> 'category', 'none') as reviewer
  from said expert join said reviewer using (finding_id)
  where expert.by_role = 'expert' and reviewer.by_role = 'reviewer'
    and (cast(:since as timestamptz) is null or reviewer.made_at >= cast(:since as timestamptz))
    and (cast(:category as text) is null or expert.after ->> 'category' = :category
      or reviewer.after ->> 'category' = :category)
)"""

#: ``standing``: photos of vehicles and damage: ``waiting`` for a word on a region, ``decided``, or ``untouched``.
STANDING = """
open_photos as (
  select distinct finding.photo_id from findings finding
  where finding.status = 'proposed' and finding.origin = 'model'
    and not exists (select 1 from said where said.finding_id = finding.id)
),
acted as (select distinct photo_id from said where photo_id is not null),
standing as (
  select photo.id as photo_id, photo.received_at,
    case
      when open_photos.photo_id is not null then 'waiting'
      when acted.photo_id is not null or owner.state = any(:judged) then 'decided'
      else 'untouched'
    end as standing
  from photos photo
  join cases owner on owner.id = photo.case_id
  left join open_photos on open_photos.photo_id = photo.id
  left join acted on acted.photo_id = photo.id
  where photo.role = any(:roles)
    and (cast(:since as timestamptz) is null or photo.received_at >= cast(:since as timestamptz))
)"""

#: ``label_changes``: each region whose label differs between two data sets; ``changes``: each photo that differs, once per kind.
CHANGES = """
one as (select entry ->> 'photo' as sha256, entry ->> 'split' as split, entry -> 'labels' as labels
  from dataset_versions, jsonb_array_elements(manifest) entry where name = :older),
two as (select entry ->> 'photo' as sha256, entry ->> 'split' as split, entry -> 'labels' as labels
  from dataset_versions, jsonb_array_elements(manifest) entry where name = :newer),
one_labels as (select sha256, label ->> 'region' as region, label from one, jsonb_array_elements(labels) label),
two_labels as (select sha256, label ->> 'region' as region, label from two, jsonb_array_elements(labels) label),
label_changes as (
  select * from (
    select sha256, one_labels.label ->> 'category' as before, two_labels.label ->> 'category' as after,
      case
        when one_labels.label is null then 'added' when two_labels.label is null then 'removed'
        when one_labels.label ->> 'category' <> two_labels.label ->> 'category' then 'relabelled'
        when one_labels.label -> 'box' <> two_labels.label -> 'box' then 'moved'
        when one_labels.label - '{decision,by_role,by,contested,hidden,mostly_hidden,score,model,original}'::text[]
          <> two_labels.label - '{decision,by_role,by,contested,hidden,mostly_hidden,score,model,original}'::text[] then 'described'
      end as change
    from one_labels full join two_labels using (sha256, region)
  ) every where change is not null
),
changes as (
  select sha256, 'added' as change from two where sha256 not in (select sha256 from one)
  union all select sha256, 'removed' from one where sha256 not in (select sha256 from two)
  union all select sha256, 'split' from one join two using (sha256) where one.split <> two.split
  union all select distinct sha256, 'labels' from label_changes join one using (sha256) join two using (sha256)
)"""


def query(body: str, *parts: str) -> TextClause:
    """A statement over the named parts; each part may use those before it."""
    return text(f"with {', '.join(parts)} {body}" if parts else body)


@contextmanager
def figures_session() -> Iterator[Session]:
    """A transaction for figures over everything: sorting in memory, and no compiling of statements that run once."""
    with session_scope() as session:
        session.execute(text("set local work_mem = '96MB'"))
        session.execute(text("set local jit = off"))
        yield session
