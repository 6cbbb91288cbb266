-- To whom a mail went, so that one recipient does not get more within an hour than it may.
ALTER TABLE notice_mail ADD COLUMN recipient BLOB;
UPDATE notice_mail SET recipient=(SELECT recipient FROM notice n WHERE n.id=notice_mail.notice);
CREATE INDEX notice_mail_recipient ON notice_mail(recipient, tried_ms);
